/*
The list that a screen hands over to the process of a backup: paths, and which files they were when they were marked. Each is ended by a NUL, and
has before its path, up to a slash, `DEVICE:INODE:BORN:SIZE:MODIFIED` in decimal: nanoseconds since the epoch (or nothing, if nobody knows), bytes,
milliseconds since the epoch; nothing for entries other than regular files.
*/
import {type FileIdentity, toFileIdentity} from '../files/identity.ts';
import type {Entry} from './entry.ts';
import {plainPath, splitList} from './files-list.ts';
import type {ListedFile} from './whereabouts.ts';

const slash = 0x2F;

const factsPattern = /^(?<device>\d{1,20}):(?<inode>\d{1,20}):(?<born>-?\d{0,20}):(?<size>\d{1,19}):(?<modified>-?\d{1,19})$/v;

function formatFacts({kind, identity, born, size, modified}: Entry): string {
	return kind === 'file' && identity ? [identity.device, identity.inode, born ?? '', size, modified].join(':') : '';
}

/** An entry as the list has it, without the NUL. */
export const formatListed = (entry: Entry): Buffer => Buffer.concat([Buffer.from(`${formatFacts(entry)}/`), entry.path]);

export type HandedList = {
	readonly paths: readonly Buffer[];
	/** The regular files among them. */
	readonly files: readonly ListedFile[];
};

function parseFacts(text: string): {readonly identity: FileIdentity; readonly born?: bigint; readonly size: number; readonly modified: number} {
	const facts = factsPattern.exec(text)?.groups;

	if (!facts) {
		throw new RangeError('--files-listed takes a list as the screens hand it over');
	}

	const {device, inode, born, size, modified} = facts as Record<'device' | 'inode' | 'born' | 'size' | 'modified', string>;
	return {
		identity: toFileIdentity(device, inode), size: Number(size), modified: Number(modified), ...(born !== '' && {born: BigInt(born)}),
	};
}

/** @throws {RangeError} If it is not such a list, or a path is absolute or leads out of the source. */
export function parseHandedList(list: Buffer): HandedList {
	const paths: Buffer[] = [];
	const files: ListedFile[] = [];

	for (const record of splitList(list)) {
		const end = record.indexOf(slash);
		const path = plainPath(record.subarray(end + 1));

		if (end === -1) {
			throw new RangeError('--files-listed takes a list as the screens hand it over');
		}

		paths.push(path);

		if (end > 0) {
			files.push({path, ...parseFacts(record.toString('latin1', 0, end))});
		}
	}

	return {paths, files};
}
