import {open} from 'node:fs/promises';
import {type Directory, inParent} from '../files/directory.ts';
import {privateMode} from '../files/modes.ts';
import {creatingFlags} from '../files/open-flags.ts';
import {pathKey} from '../files/path-key.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {Rclone, Transfer} from './rclone.ts';

export type Receiving = {
	readonly rclone: Rclone;
	/** Of the set, relative to the place at the remote. */
	readonly directory: string;
	/** What copies are called there (`farNames` of all of the set). */
	readonly names: ReadonlyMap<string, string>;
	/** Where they are to be, in which the directories that lead to them are. */
	readonly target: Directory;
	/** Told of the bytes that are here by now, and of the files on their way. */
	readonly onProgress: (bytes: number, current: Transfer['current']) => void;
};

async function write({file, bytesOut}: CopyRecord, target: Directory, output: AsyncIterable<Buffer>): Promise<void> {
	await using handle = await inParent(target, file, async (parent, name) => open(parent.at(name), creatingFlags, privateMode));
	let length = 0;

	for await (const chunk of output) {
		length += chunk.length;

		// The rest would be damage too.
		if (length <= bytesOut) {
			await handle.writeFile(chunk);
		}
	}
}

/**
Gets copies of a set from a remote, whatever they are: nobody has looked at them yet.

@throws {RemoteError} If the remote cannot be used.
@throws The system's error, if they cannot be written.
*/
export async function receiveCopies(copies: readonly CopyRecord[], {rclone, directory, names, target, onProgress}: Receiving): Promise<void> {
	const nameOf = ({file}: CopyRecord) => names.get(pathKey(file))!;
	const isPlain = (copy: CopyRecord) => nameOf(copy) === pathKey(copy.file);
	const plain = copies.filter(copy => isPlain(copy));
	let done = 0;

	if (plain.length > 0) {
		await rclone.receive(directory, plain.map(copy => nameOf(copy)), target, ({bytes, current}) => {
			onProgress(bytes, current);
		});
		done = plain.reduce((sum, {bytesOut}) => sum + bytesOut, 0);
	}

	for (const copy of copies.filter(item => !isPlain(item))) {
		const before = done;
		const tell = (bytes: number) => {
			onProgress(before + bytes, [{name: copy.file, bytes, size: copy.bytesOut}]);
		};

		tell(0);
		await rclone.stream(`${directory}/${nameOf(copy)}`, async output => write(copy, target, output), ({bytes}) => {
			tell(bytes);
		});
		done += copy.bytesOut;
	}
}
