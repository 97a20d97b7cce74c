import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';
import type {OpenedState} from './sets-state.ts';

/** The totals of an opened set, and of its marked files. `damages`: what a verification has found wrong with files. */
export function openedTotals({name: {date}, items, files, problems, isReading}: OpenedState, damages?: ReadonlyMap<string, string>): string {
	if (isReading) {
		return 'Reading the set';
	}

	const {totals, folders} = files;
	const root = folders.get('')!;
	const missing = items.size - root.files;
	const marked = totals.files > 0 ? `${formatCount(totals.files, 'file')} marked, ${formatBytes(totals.bytes)}` : `${formatCount(root.files, 'file')}, ${formatBytes(root.bytes)}`;
	const [problem] = problems;
	return [
		marked,
		...(damages && damages.size > 0 ? [`${formatNumber(damages.size)} damaged`] : []),
		...(missing > 0 ? [`${formatNumber(missing)} without a copy`] : []),
		...(problem === undefined ? [] : [`the manifest of ${date} is damaged: ${problem}`]),
	].join('; ');
}
