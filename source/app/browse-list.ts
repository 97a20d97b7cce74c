import {setImmediate} from 'node:timers/promises';
import {type Directory} from '../files/directory.ts';
import {
	describeSet,
	isRunUnderWay,
	listSetNames,
	type SetOverview,
} from '../set/catalog.ts';
import type {SetName} from '../set/names/set-names.ts';
import {isOf, type Whose} from '../set/names/provenance.ts';
import {isPushed, readPushed} from '../set/pushed.ts';
import {SpaceCounter} from '../set/space-taken.ts';
import type {ListStep, SetRow} from '../tui/sets/browser.ts';
import {appendAll} from '../text/lists.ts';

/** Sets that are looked at before the keys get their turn, and after how many milliseconds they do: without a manifest, one may take 50. */
const batchSize = 16;
const batchTime = 10;

export type ListOptions = {
	readonly signal: AbortSignal;
	/** Where sets are pushed (`REMOTE:PATH`), and whose, if they are. */
	readonly push?: {readonly to: string; readonly whose: Whose} | undefined;
};

/** Only these are pushed. */
const isFinished = ({state}: SetOverview) => state === 'complete' || state === 'partial';

const toRow = (overview: SetOverview): SetRow => {
	const {date, isStaging, state, head, problem} = overview;
	return {
		name: {date, isStaging}, state, ...(head && {head}), ...(problem !== undefined && {problem}),
	};
};

/** Facts about sets from their manifests, then their sizes on disk, which must be measured oldest first, and whether they are where sets are pushed. */
async function * describeAll(place: Directory, names: readonly SetName[], {signal, push}: ListOptions): AsyncGenerator<ListStep> {
	const isRunning = names.some(({isStaging}) => isStaging) && await isRunUnderWay(place);
	const overviews: SetOverview[] = [];

	for (let start = 0; start < names.length && !signal.aborted;) {
		const batch: SetOverview[] = [];
		const deadline = performance.now() + batchTime;

		for (const end = start + batchSize; start < Math.min(end, names.length) && performance.now() < deadline; start++) {
			const overview = describeSet(place, names[start]!, isRunning);

			if (overview) {
				batch.push(overview);
			}
		}

		appendAll(overviews, batch);
		yield {rows: batch.map(overview => toRow(overview))};
		await setImmediate();
	}

	const counter = new SpaceCounter(place);
	const pushed = push && await readPushed(place, push.to);
	let counted: SetRow[] = [];
	let lastTurn = performance.now();

	for (const overview of overviews.toReversed()) {
		const {found, bytesNew} = counter.count(overview);
		counted.push({
			...toRow(overview),
			...(found && {found}),
			...(bytesNew !== undefined && {bytesNew}),
			...(push && isFinished(overview) && isOf(overview.origin, push.whose) && {isPushed: await isPushed(place, overview, pushed)}),
		});

		if (performance.now() - lastTurn < 5) {
			continue;
		}

		yield {rows: counted};
		counted = [];
		await setImmediate();
		lastTurn = performance.now();

		if (signal.aborted) {
			return;
		}
	}

	yield {rows: counted};
}

/** The sets, for the screens. */
export async function * listSets(place: Directory, options: ListOptions): AsyncGenerator<ListStep> {
	const names = await listSetNames(place);
	yield {names};
	yield * describeAll(place, names, options);
}
