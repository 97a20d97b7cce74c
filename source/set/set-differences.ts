import {pathKey} from '../files/path-key.ts';
import {appendAll} from '../text/lists.ts';
import type {FileFacts} from './file-facts.ts';

/**
- `added`: not in the older set, or begun anew under a name whose file was rotated away
- `gone`: not in the newer set
- `grown`: the same file, longer
- `changed`: other content under the same name
- `rotated`: the file is there under another name
- `unchanged`: the same content under the same name
*/
export type ChangeKind = 'added' | 'gone' | 'grown' | 'changed' | 'rotated' | 'unchanged';

/** Change of a file from one set to a newer one. */
export type Change = {
	readonly kind: ChangeKind;
	/** In the older set; missing if it was `added`. */
	readonly before?: FileFacts;
	/** In the newer set; missing if it is `gone`. */
	readonly after?: FileFacts;
};

const key = ({path}: FileFacts) => pathKey(path);

const isSameOrigin = (before: FileFacts, after: FileFacts) => before.origin !== undefined && before.origin.id === after.origin?.id;

const isSameContent = (before: FileFacts, after: FileFacts) => before.content !== undefined && before.content === after.content;

/** Whether a file can have become another by being written to: inode numbers are given to new files when old ones are removed. */
const canHaveBecome = (before: FileFacts, after: FileFacts) =>
	isSameOrigin(before, after) && after.origin!.mtime >= before.origin!.mtime && (after.bytesIn ?? 0) >= (before.bytesIn ?? 0)
	&& (after.bytesIn !== before.bytesIn || isSameContent(before, after));

/** Whether log rotation may call a file so: `syslog` becomes `syslog.1` or `syslog-20260314`, `app.log` also `app.1.log`. */
function isRotatedName(before: FileFacts, after: FileFacts): boolean {
	const old = key(before);
	const extension = old.lastIndexOf('.');
	const stem = extension > old.lastIndexOf('/') + 1 ? old.slice(0, extension) : old;
	return after.path.length > before.path.length && key(after).startsWith(stem);
}

/** The same content, or a file that was written to before it was renamed (and not a new one that got the inode number of one that was removed). */
const canBeRotated = (before: FileFacts, after: FileFacts) =>
	canHaveBecome(before, after) && (isSameContent(before, after) || isRotatedName(before, after));

function kindOfSamePath(before: FileFacts, after: FileFacts): ChangeKind {
	if (isSameContent(before, after)) {
		return 'unchanged';
	}

	return canHaveBecome(before, after) ? 'grown' : 'changed';
}

/** Finds in the newer set what was renamed: by its inode, or else by its content, if that is not nothing. */
function findRotated(before: ReadonlyMap<string, FileFacts>, after: ReadonlyMap<string, FileFacts>): Map<FileFacts, FileFacts> {
	const rotated = new Map<FileFacts, FileFacts>();
	const left = new Set(before.values());

	const pairUp = (property: (file: FileFacts) => string | undefined, isSame: (old: FileFacts, file: FileFacts) => boolean) => {
		const groups = Map.groupBy(left, file => property(file));

		for (const file of after.values()) {
			const value = rotated.has(file) ? undefined : property(file);
			const candidates = value === undefined ? [] : groups.get(value) ?? [];
			const index = candidates.findIndex(candidate => isSame(candidate, file));

			if (index === -1) {
				continue;
			}

			const [old] = candidates.splice(index, 1);
			rotated.set(file, old!);
			left.delete(old!);
		}
	};

	pairUp(({origin}) => origin?.id, canBeRotated);
	pairUp(({content, bytesIn}) => bytesIn === 0 ? undefined : content, isSameContent);
	return rotated;
}

/** Changes of files from a set to a newer one, sorted by path in the newer one. */
export function compareSets(older: readonly FileFacts[], newer: readonly FileFacts[]): Change[] {
	const before = new Map(older.map(file => [key(file), file]));
	const after = new Map(newer.map(file => [key(file), file]));
	const changes: Change[] = [];

	// First what kept its name and is the same file, so that nothing else can be taken for it.
	for (const [path, file] of after) {
		const old = before.get(path);
		const kind = old && kindOfSamePath(old, file);

		if (!(kind === 'unchanged' || kind === 'grown')) {
			continue;
		}

		changes.push({kind, before: old!, after: file});
		before.delete(path);
		after.delete(path);
	}

	for (const [file, old] of findRotated(before, after)) {
		changes.push({kind: 'rotated', before: old, after: file});
		before.delete(key(old));
		after.delete(key(file));
	}

	for (const [path, file] of after) {
		const old = before.get(path);
		changes.push(old ? {kind: 'changed', before: old, after: file} : {kind: 'added', after: file});
		before.delete(path);
	}

	appendAll(changes, [...before.values()].map(old => ({kind: 'gone' as const, before: old})));
	const pathOf = (change: Change) => (change.after ?? change.before!).path;
	return changes.toSorted((one, other) => pathOf(one).compare(pathOf(other)));
}
