import {pathKey} from '../../files/path-key.ts';
import type {Choice} from '../../origin/selection.ts';
import {displayName} from '../../text/display-name.ts';

/** An entry as the list shows it. */
export type Row = {
	readonly choice: Choice;
	/** Its path as a key: the bytes, one character each. */
	readonly key: string;
	/** Path relative to the source, as text for a person. */
	readonly name: string;
	/** The last part of it. */
	readonly label: string;
	/** 0 for what stands directly in the source. */
	readonly depth: number;
	/** Key of the folder it stands in. */
	readonly parent: string;
	/** Key of the folder it is; missing for all that cannot be opened. */
	readonly folder?: string;
	/** Bytes a copy of it would read; missing where none can be made. */
	readonly bytes: number | undefined;
	/** Bytes it takes on disk, which is less where it has holes. */
	readonly disk: number | undefined;
	/** A regular file, as far as marking goes: what `a` takes. A symbolic link is marked by hand only. */
	readonly isRegular: boolean;
};

const slash = 0x2F;

/** Makes the row of a choice. */
export function makeRow(choice: Choice): Row {
	const {entry, isSelectable} = choice;
	const {path} = entry;
	const isDirectory = entry.kind === 'directory';
	const end = path.lastIndexOf(slash);
	const tail = isDirectory ? '/' : '';
	const name = displayName(path) + tail;
	const key = pathKey(path);
	const bytes = entry.kind === 'file' ? entry.size : (entry.kind === 'symlink' && isSelectable ? entry.target?.size : undefined);

	return {
		choice,
		key,
		name,
		label: end === -1 ? name : displayName(path.subarray(end + 1)) + tail,
		depth: end === -1 ? 0 : path.filter(byte => byte === slash).length,
		parent: end === -1 ? '' : key.slice(0, end),
		...(isDirectory && isSelectable && entry.isReadable && {folder: key}),
		bytes,
		disk: entry.kind === 'file' ? entry.allocated : bytes,
		isRegular: isSelectable && entry.kind === 'file',
	};
}
