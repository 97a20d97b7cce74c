import {pathKey} from '../../files/path-key.ts';
import {type EntryKind, hasContent} from '../../origin/entry.ts';
import {displayName} from '../../text/display-name.ts';
import {drawnName} from '../kit/glyphs.ts';

/** A file or directory in a list. Each room adds its own fields. */
export type TreeItem = {
	/** Bytes of its path, relative to the directory that the list is of. */
	readonly path: Buffer;
	readonly kind: EntryKind;
	/** The size of its content; missing where there is none. */
	readonly bytes: number | undefined;
	/** Bytes it takes on disk, which is less where it has holes. */
	readonly disk: number | undefined;
	/** Names the file, where it has other names too: what it takes on disk is counted once, however many of them are in the list. */
	readonly sharedAs?: string | undefined;
	/** Last modification, milliseconds since the epoch. */
	readonly modified: number;
	/** Its time is unknown. */
	readonly isAgeless?: boolean;
	/** Whether it may be read or, a directory, be listed. */
	readonly isReadable: boolean;
	/** Whether it may be marked by hand. */
	readonly isSelectable: boolean;
	/** Whether it is marked at first, or with the directory that it is in. */
	readonly isSelected: boolean;
	/** The reason that the rules give, for a person. */
	readonly reason?: string;
	/** Something else to be known of it, for a person. */
	readonly about?: string;
	/** Only on directories: what is in it is counted in these, and not in files. */
	readonly unit?: string;
	/** Its size is an estimate. */
	readonly isEstimated?: boolean;
	/** Name of a group that it is in, beside the directories that its path says; or that it stands for, if it is a directory, or has nothing but the group's name for a path. */
	readonly group?: string | undefined;
};

/** The place of an item in the list. */
export type Place = {
	/** Its path as a key: the bytes, one character each. */
	readonly key: string;
	/** Its path as text for a person; that of a directory ends with a slash. */
	readonly name: string;
	/** The last part of it. */
	readonly label: string;
	/** 0 for what is directly in the directory that the list is of. */
	readonly depth: number;
	/** Key of the folder it is in. */
	readonly parent: string;
	/** Key of the folder it is; missing for all that cannot be opened. */
	readonly folder?: string;
	/** A regular file or a stream, as far as marking goes: what `a` takes. A symbolic link is marked by hand only. */
	readonly isRegular: boolean;
};

/** An item as the list shows it. */
export type Row<Item extends TreeItem = TreeItem> = Item & Place;

const slash = 0x2F;

/** Key of the folder that a group is. No path in a directory begins with a slash. */
export const groupKey = (group: string): string => `/${group}`;

type Standing = Pick<Place, 'key' | 'name' | 'label' | 'depth' | 'parent'>;

/** The place of an item that its path says. */
function standByPath({path, kind}: TreeItem): Standing {
	const end = path.lastIndexOf(slash);
	const tail = kind === 'directory' ? '/' : '';
	const name = drawnName(displayName(path)) + tail;
	const key = pathKey(path);
	return {
		key,
		name,
		label: end === -1 ? name : drawnName(displayName(path.subarray(end + 1))) + tail,
		depth: end === -1 ? 0 : path.filter(byte => byte === slash).length,
		parent: end === -1 ? '' : key.slice(0, end),
	};
}

/** The place of an item that is in a group, or stands for it. */
function standInGroup({path, kind}: TreeItem, group: string): Standing {
	const start = path.indexOf(slash) + 1;
	const tail = kind === 'directory' ? '/' : '';

	if (kind === 'directory' || start === 0) {
		return {
			key: groupKey(group), name: group + tail, label: group + tail, depth: 0, parent: '',
		};
	}

	const inner = path.subarray(start);
	const label = drawnName(displayName(inner));
	return {
		key: `${groupKey(group)}/${pathKey(inner)}`, name: `${group}/${label}`, label, depth: 1, parent: groupKey(group),
	};
}

/** Makes the row of an item. */
export function makeRow<Item extends TreeItem>(item: Item): Row<Item> {
	const {kind, isSelectable, isReadable, group} = item;
	const place = group === undefined ? standByPath(item) : standInGroup(item, group);
	return {
		...item,
		...place,
		...(kind === 'directory' && isSelectable && isReadable && {folder: place.key}),
		isRegular: isSelectable && hasContent(item),
	};
}
