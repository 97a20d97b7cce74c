import {leftOutEvents, unusedNotices} from '../backup/remarks.ts';
import {contentLeftOut, countLeftOut, type LeftOut} from '../files/left-out.ts';
import {type Entry, hasContent} from '../origin/entry.ts';
import type {Choice} from '../origin/selection.ts';
import type {Unavailable} from '../origin/files-list.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {displayName} from '../text/display-name.ts';
import {formatBytes, formatCount, formatNumber} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {leftOutText} from './words/left-out-words.ts';
import type {Output} from './output.ts';

export type DryRun = {
	readonly choices: readonly Choice[];
	readonly unavailable: readonly Unavailable[];
	/** Counts of entries not selected; `undefined` if unknown. */
	readonly leftOut: LeftOut | undefined;
	/** Flags that matched nothing, with their globs. */
	readonly unused: readonly string[];
	/** The configurations that were read, for a person. */
	readonly configurations: readonly string[];
	/** The directory that the set would have, for a person. */
	readonly set: string;
	/** The newest set, and what of the selection has not changed since and would be linked from it; missing where nothing is. */
	readonly unchanged?: {readonly date: string; readonly entries: ReadonlySet<Entry>};
};

const selectedOf = (choices: readonly Choice[]) => choices.filter(choice => choice.isSelected);

const bytesOf = (choices: readonly Choice[]) => choices.reduce((sum, {entry}) => sum + entry.size, 0);

/** Prints, one entry to a line, what would be copied, and what not and why; or, if quiet, only what would fail. */
export function printDryRun(
	{choices, unavailable, leftOut, unused, configurations, set, unchanged}: DryRun,
	{out, error, isQuiet}: {readonly out: Output; readonly error: Output; readonly isQuiet: boolean},
): void {
	const selected = selectedOf(choices);

	for (const {path, message, remedy} of unavailable) {
		error.write(`Would fail: ${displayName(path)}: ${withRemedy({message, remedy})}\n`);
	}

	if (isQuiet) {
		return;
	}

	for (const file of configurations) {
		out.write(`Note: configured by ${file}\n`);
	}

	for (const {entry, isSelected, reason, coveredBy} of choices) {
		const size = hasContent(entry) ? `${entry.kind === 'stream' ? '~' : ''}${formatBytes(entry.size)}` : '';
		const notes = [
			...(reason === undefined ? [] : [reason]), ...(coveredBy === undefined ? [] : [`covered by ${coveredBy}`]), ...(unchanged?.entries.has(entry) ? [`unchanged since ${unchanged.date}`] : []),
		];
		out.write(`${isSelected ? 'copy' : 'skip'}  ${size.padStart(8)}  ${displayName(entry.path)}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}\n`);
	}

	for (const {message} of unusedNotices(unused)) {
		out.write(`Note: ${message}\n`);
	}

	const left = leftOut ? leftOutText(countLeftOut(leftOut), leftOutEvents(leftOut), contentLeftOut(leftOut)) : '';

	if (left !== '') {
		out.write(`Left out: ${left}\n`);
	}

	const same = unchanged && unchanged.entries.size > 0 ? ` (${formatNumber(unchanged.entries.size)} unchanged since ${unchanged.date}: linked from that set)` : '';
	out.write(`Would copy ${formatCount(selected.length, 'file')}, ${formatBytes(bytesOf(selected))}, to ${set}${same}. Nothing was written.\n`);
}

/** The same as JSON Lines: an `entry` for each, and a `dry_run` at the end. */
export function printDryRunJson({choices, unavailable, leftOut, unused, configurations, set, unchanged}: DryRun, out: Output): void {
	const entries = choices.map(({entry, isSelected, reason}) => ({
		message_type: 'entry',
		...nameFields('path', entry.path),
		action: isSelected ? 'copy' : 'skip',
		kind: entry.kind,
		size: entry.size,
		...(reason !== undefined && {reason}),
		...(unchanged?.entries.has(entry) && {reused_from: unchanged.date}),
	}));
	const selected = selectedOf(choices);
	const lines: readonly object[] = [
		...entries,
		...unavailable.map(({path, message, code, remedy}) => ({
			message_type: 'error', ...nameFields('path', path), error: {message, ...(code !== undefined && {code}), ...(remedy !== undefined && {remedy})},
		})),
		...leftOutEvents(leftOut),
		...unusedNotices(unused),
		{
			message_type: 'dry_run',
			set,
			...(configurations.length > 0 && {configurations}),
			total_files: selected.length,
			total_bytes: bytesOf(selected),
			files_reused: unchanged?.entries.size ?? 0,
			...(leftOut && {left_out: countLeftOut(leftOut)}),
		},
	];
	out.write(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
}
