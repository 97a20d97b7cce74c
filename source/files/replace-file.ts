import {open, rename, unlink} from 'node:fs/promises';
import type {Directory} from './directory.ts';
import {privateMode} from './modes.ts';
import {creatingFlags} from './open-flags.ts';

/**
Puts a text in the place of a file, or where there is none, whole: nobody ever reads half of it, and after a power failure it is the old one or the new
one. Until it is complete, nobody else can read it. `mode`: its permission bits, whatever the umask is; `owner`: that of this process if it is missing.

@throws The system's error. The file is as it was then, unless only its directory could not be synced.
*/
export async function replaceFile(directory: Directory, name: string, content: string, {mode, owner}: {
	readonly mode: number;
	readonly owner?: {readonly uid: number; readonly gid: number} | undefined;
}): Promise<void> {
	// Hidden, and with an ending that no collector of metrics, cron or systemd takes for its own.
	const draft = directory.at(`.${name}.${process.pid}.tmp`);

	try {
		await using handle = await open(draft, creatingFlags, privateMode);
		await handle.writeFile(content);

		if (owner) {
			await handle.chown(owner.uid, owner.gid);
		}

		await handle.chmod(mode);
		await handle.sync();
		await rename(draft, directory.at(name));
		await directory.sync();
	} catch (error) {
		await unlink(draft).catch(() => undefined);
		throw error;
	}
}
