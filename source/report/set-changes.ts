import type {Change, ChangeKind} from '../set/compare.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {displayName} from '../text/display-name.ts';
import {formatBytes} from '../text/format.ts';

/** Dates. */
export type Span = {readonly older: string; readonly newer: string};

const kinds: readonly ChangeKind[] = ['added', 'gone', 'grown', 'changed', 'rotated', 'unchanged'];

const count = (changes: readonly Change[], kind: ChangeKind) => changes.filter(change => change.kind === kind).length;

function sizeOf({kind, before, after}: Change): string {
	const size = (after ?? before)?.bytesIn;

	if (size === undefined) {
		return '-';
	}

	return kind === 'grown' ? `+${formatBytes(size - (before?.bytesIn ?? 0))}` : formatBytes(size);
}

function rowOf(change: Change): string {
	const {kind, before, after} = change;
	const name = displayName((after ?? before!).path);
	return `${kind.padEnd(9)}  ${sizeOf(change).padStart(8)}  ${kind === 'rotated' ? `${displayName(before!.path)} -> ${name}` : name}`;
}

/** How two sets differ, as lines of text. */
export const diffLines = ({older, newer}: Span, changes: readonly Change[]): string[] => [
	`From the set of ${older} to that of ${newer}`,
	'',
	`${'CHANGE'.padEnd(9)}  ${'SIZE'.padStart(8)}  NAME`,
	...changes.map(change => rowOf(change)),
	'',
	kinds.map(kind => `${count(changes, kind)} ${kind}`).join(', '),
];

/** The same as JSON: a `change` for each file, and a `diff` at the end. */
export const diffJson = ({older, newer}: Span, changes: readonly Change[]): object[] => [
	...changes.map(({kind, before, after}) => ({
		message_type: 'change',
		change: kind,
		...nameFields('path', (after ?? before!).path),
		...(kind === 'rotated' && nameFields('path_before', before!.path)),
		...(before?.bytesIn !== undefined && {bytes_before: before.bytesIn}),
		...(after?.bytesIn !== undefined && {bytes_after: after.bytesIn}),
	})),
	{
		message_type: 'diff', older, newer, ...Object.fromEntries(kinds.map(kind => [`files_${kind}`, count(changes, kind)])),
	},
];
