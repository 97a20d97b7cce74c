import {readFile} from 'node:fs/promises';

/** More than any machine's own accounts take; what a directory service knows is not in these files anyway. */
const maximumBytes = 4 * 1024 * 1024;

async function readNames(file: string): Promise<ReadonlyMap<number, string>> {
	const names = new Map<number, string>();

	try {
		const text = await readFile(file, 'latin1');

		for (const line of text.slice(0, maximumBytes).split('\n')) {
			const [name, , id] = line.split(':', 3);

			// Of several names for a number, the first is the one that getpwuid(3) gives.
			if (name && id && /^\d+$/v.test(id) && !names.has(Number(id))) {
				names.set(Number(id), name);
			}
		}
	} catch {
		// Without the file, accounts go by their numbers.
	}

	return names;
}

/** Names of users and groups by number, as passwd(5) and group(5) list them. Read once, when first asked. */
export class Accounts {
	#users: Promise<ReadonlyMap<number, string>> | undefined;
	#groups: Promise<ReadonlyMap<number, string>> | undefined;

	/** The user's name; its number where it has none. */
	async user(id: number): Promise<string> {
		this.#users ??= readNames('/etc/passwd');
		const names = await this.#users;
		return names.get(id) ?? String(id);
	}

	async group(id: number): Promise<string> {
		this.#groups ??= readNames('/etc/group');
		const names = await this.#groups;
		return names.get(id) ?? String(id);
	}
}
