import type {Change} from '../set/set-differences.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {
	changedName,
	changedSize,
	changeWords,
	countChanges,
	changeCountsText,
} from './words/changes.ts';

/** Dates. */
export type DateRange = {readonly older: string; readonly newer: string};

const rowOf = (change: Change): string => `${changeWords[change.kind].padEnd(9)}  ${(changedSize(change) ?? '-').padStart(8)}  ${changedName(change, '->')}`;

/** Differences between two sets, as lines of text. */
export const diffLines = ({older, newer}: DateRange, changes: readonly Change[]): string[] => [
	`From the set of ${older} to that of ${newer}`,
	'',
	`${'CHANGE'.padEnd(9)}  ${'SIZE'.padStart(8)}  NAME`,
	...changes.map(change => rowOf(change)),
	'',
	changeCountsText(changes),
];

/** The same as JSON: a `change` for each file, and a `diff` at the end. */
export const diffJson = ({older, newer}: DateRange, changes: readonly Change[]): object[] => [
	...changes.map(({kind, before, after}) => ({
		message_type: 'change',
		change: kind,
		...nameFields('path', (after ?? before!).path),
		...(kind === 'rotated' && nameFields('path_before', before!.path)),
		...(before?.bytesIn !== undefined && {bytes_before: before.bytesIn}),
		...(after?.bytesIn !== undefined && {bytes_after: after.bytesIn}),
		...(before?.records !== undefined && {entries_before: before.records}),
		...(after?.records !== undefined && {entries_after: after.records}),
	})),
	{
		message_type: 'diff', older, newer, ...Object.fromEntries(Array.from(countChanges(changes), ([kind, count]) => [`files_${kind}`, count])),
	},
];
