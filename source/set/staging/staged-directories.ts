import {Directory, parentPaths} from '../../files/directory.ts';
import {openOwnDirectory} from '../../files/own.ts';
import {displayName} from '../../text/display-name.ts';

const key = (path: Buffer) => path.toString('latin1');

/** The directories below the one where a set grows: each is made once, when the first copy goes into it. */
export class StagedDirectories {
	readonly #root: Directory;
	readonly #known = new Set<string>();

	constructor(root: Directory) {
		this.#root = root;
	}

	/** Takes note of one that is there already. */
	add(directory: Buffer): void {
		this.#known.add(key(directory));
	}

	/** Makes those that lead to a file. */
	async makeParents(file: Buffer): Promise<void> {
		for (const parent of parentPaths(file)) {
			if (this.#known.has(key(parent))) {
				continue;
			}

			const directory = await openOwnDirectory(this.#root, parent, displayName(parent));
			await directory.close();
			this.add(parent);
		}
	}

	/** Makes durable what is called how in all of them, and in the root. */
	async sync(): Promise<void> {
		for (const directory of this.#known) {
			await using opened = await Directory.open(this.#root.at(Buffer.from(directory, 'latin1')));
			await opened.sync();
		}

		await this.#root.sync();
	}
}
