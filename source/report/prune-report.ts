import type {Reason} from '../files/errors.ts';
import type {PrunePlan, RemovableSet} from '../set/prune-sets.ts';
import {formatBytes, formatCount} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import type {Output} from './output.ts';

/** Bytes freed by removing sets. */
const sumFreed = (sets: readonly RemovableSet[]): number => sets.reduce((sum, {bytesFreed}) => sum + bytesFreed, 0);

/** `3 sets, 1.21 GB`. */
export const describeRemovable = (sets: readonly RemovableSet[]): string => `${formatCount(sets.length, 'set')}, ${formatBytes(sumFreed(sets))}`;

/** The plan for a person, oldest first, like the list of sets. */
function planLines({kept, removed}: PrunePlan): string[] {
	const keptLines = kept.toReversed().map(({overview: {date, state}, reasons}) => `  ${date}  ${state.padEnd(8)}  ${reasons.join(', ')}`);
	const removedLines = removed.toReversed().map(({overview: {date, state}, bytesFreed}) => `  ${date}  ${state.padEnd(8)}  ${formatBytes(bytesFreed).padStart(7)}`);
	return [
		...(kept.length > 0 ? [`Keep ${formatCount(kept.length, 'set')}:`, ...keptLines] : []),
		...(removed.length > 0 ? [`Remove ${formatCount(removed.length, 'set')}:`, ...removedLines] : []),
	];
}

/** The plan as JSON: a `prune_set` for each set, newest first; at a remote, with the host. */
const planJson = ({kept, removed}: PrunePlan, host: string | undefined): object[] => [
	...kept.map(({overview: {date, state}, reasons}) => ({
		message_type: 'prune_set', ...(host !== undefined && {host}), date, state, action: 'keep', reasons,
	})),
	...removed.map(({overview: {date, state}, bytesFreed}) => ({
		message_type: 'prune_set', ...(host !== undefined && {host}), date, state, action: 'remove', bytes_freed: bytesFreed,
	})),
].toSorted((one, other) => other.date.localeCompare(one.date));

/** Result of a prune, or with `--dry-run` the expected one. */
export type PruneSummary = {
	/** The exit code. */
	readonly code: number;
	/** Sets. */
	readonly kept: number;
	readonly removed: readonly RemovableSet[];
	readonly failed: number;
	readonly isDry: boolean;
};

function summaryText({kept, removed, failed, isDry}: PruneSummary): string {
	const what = removed.length === 0 && failed === 0
		? 'Nothing to remove'
		: (isDry ? `Would remove ${describeRemovable(removed)}` : `Removed ${formatCount(removed.length, 'set')}, ${formatBytes(sumFreed(removed))} freed`);
	return `${what}; ${kept} kept${failed > 0 ? `, ${failed} could not be removed` : ''}`;
}

export type PruneReport = {
	/** `host`: whose sets they are, where there are those of several; safe to print. */
	readonly plan: (plan: PrunePlan, host?: string) => void;
	/** Says a line to a person, and `event` to a program, which is told nothing without it. */
	readonly say: (line: string, event?: object) => void;
	/** Reports a set that could not be removed, however quiet the report is. */
	readonly fail: (error: Reason, date?: string) => void;
	readonly summary: (pruned: PruneSummary) => void;
};

/** Reports a prune: to a person with failures on standard error, or as JSON Lines all on standard output. */
export function createPruneReport(out: Output, error: Output, {isJson, isQuiet}: {readonly isJson: boolean; readonly isQuiet: boolean}): PruneReport {
	const say = (line: string, event?: object) => {
		if (!isQuiet && (!isJson || event)) {
			out.write(`${isJson ? JSON.stringify(event) : line}\n`);
		}
	};

	return {
		plan(plan, host) {
			if (!isQuiet) {
				const heading = host === undefined ? [] : [`${host}:`];
				out.write((isJson ? planJson(plan, host).map(line => JSON.stringify(line)) : [...heading, ...planLines(plan)]).map(line => `${line}\n`).join(''));
			}
		},
		say,
		fail(reason, date) {
			if (isJson) {
				out.write(`${JSON.stringify({message_type: 'error', ...(date !== undefined && {date}), error: reason})}\n`);
			} else {
				error.write(`${withRemedy(reason)}\n`);
			}
		},
		summary(pruned) {
			const {code, kept, removed, failed, isDry} = pruned;
			say(summaryText(pruned), {
				message_type: 'prune_summary', exit_code: code, dry_run: isDry, sets_kept: kept, sets_removed: removed.length, sets_failed: failed, bytes_freed: sumFreed(removed),
			});
		},
	};
}
