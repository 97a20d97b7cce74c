import {access} from 'node:fs/promises';
import {availableParallelism, homedir} from 'node:os';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {exitCodes} from '../backup/exit-codes.ts';
import {Accounts} from '../files/accounts.ts';
import {Directory} from '../files/directory.ts';
import {DestinationError} from '../files/errors.ts';
import {DamagedError} from '../gzip/engine.ts';
import {openTarget} from '../recovery/open-target.ts';
import {readContent} from '../recovery/read-content.ts';
import {
	type PlannedFile,
	planRestore,
	previewRestore,
	restoreFiles,
	totalSize,
} from '../recovery/restore.ts';
import {verifySets} from '../recovery/verify.ts';
import {
	describeSet,
	isRunUnderWay,
	listSetNames,
	readCatalog,
	type SetOverview,
} from '../set/catalog.ts';
import {compareSets} from '../set/compare.ts';
import {openDestination} from '../set/destination.ts';
import {type FileFacts, readFacts} from '../set/file-facts.ts';
import {Lock} from '../set/lock.ts';
import {openCopy, type OpenedSet, openSet} from '../set/open-set.ts';
import {removeSet} from '../set/prune.ts';
import type {SetName} from '../set/set-names.ts';
import {SpaceCounter} from '../set/space-taken.ts';
import {displayName, displayText} from '../text/display-name.ts';
import type {
	Comparison,
	ListStep,
	RestoreOrder,
	RestorePreview,
	SetBrowser,
	SetContent,
	SetItem,
	SetRow,
	Work,
} from '../tui/browse/browser.ts';
import {showInPager} from '../tui/browse/pager.ts';

/** Sets that are looked at before the keys get their turn: a few milliseconds. */
const batchSize = 16;

const toRow = (overview: SetOverview): SetRow => {
	const {date, isStaging, state, head, problem} = overview;
	return {
		name: {date, isStaging}, state, ...(head && {head}), ...(problem !== undefined && {problem}),
	};
};

/** What is known of sets by their manifests, and then what they take on disk: that needs them oldest first. */
async function * describeAll(place: Directory, names: readonly SetName[], signal: AbortSignal): AsyncGenerator<ListStep> {
	const isRunning = names.some(({isStaging}) => isStaging) && await isRunUnderWay(place);
	const overviews: SetOverview[] = [];

	for (let start = 0; start < names.length && !signal.aborted; start += batchSize) {
		const batch = names.slice(start, start + batchSize).map(name => describeSet(place, name, isRunning)).filter(overview => overview !== undefined);
		overviews.push(...batch);
		yield {rows: batch.map(overview => toRow(overview))};
		await setImmediate();
	}

	const counter = new SpaceCounter(place);
	let counted: SetRow[] = [];
	let lastTurn = performance.now();

	for (const overview of overviews.toReversed()) {
		const {found, bytesNew} = counter.count(overview);
		counted.push({...toRow(overview), ...(found && {found}), ...(bytesNew !== undefined && {bytesNew})});

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

async function * list(place: Directory, signal: AbortSignal): AsyncGenerator<ListStep> {
	const names = await listSetNames(place);
	yield {names};
	yield * describeAll(place, names, signal);
}

async function openOrThrow(place: Directory, name: SetName): Promise<OpenedSet> {
	const set = await openSet(place, name, name.isStaging && await isRunUnderWay(place));

	if (!set) {
		throw new DestinationError(`the set of ${name.date} is gone`);
	}

	return set;
}

async function readItems({directory, files, missing}: OpenedSet, accounts: Accounts): Promise<SetItem[]> {
	const items: SetItem[] = missing.map(record => ({kind: 'missing', missing: record}));

	for (const file of files) {
		const {record} = file;
		const owner = record && `${await accounts.user(record.source.uid)}:${await accounts.group(record.source.gid)}`;
		items.push({
			kind: 'copy', file, facts: await readFacts(directory, file), ...(owner !== undefined && {owner}),
		});
	}

	return items;
}

async function readContentOf(place: Directory, name: SetName, accounts: Accounts): Promise<SetContent> {
	const set = await openOrThrow(place, name);
	await using _ = set.directory;
	return {items: await readItems(set, accounts), problems: set.problems};
}

async function readAllFacts({directory, files}: OpenedSet): Promise<FileFacts[]> {
	const facts: FileFacts[] = [];

	for (const file of files) {
		facts.push(await readFacts(directory, file));
	}

	return facts;
}

async function compare(place: Directory, one: SetName, other: SetName): Promise<Comparison> {
	const [older, newer] = one.date < other.date || (one.date === other.date && other.isStaging) ? [one, other] : [other, one];
	const before = await openOrThrow(place, older);
	await using _before = before.directory;
	const after = await openOrThrow(place, newer);
	await using _after = after.directory;
	return {older: older.date, newer: newer.date, changes: compareSets(await readAllFacts(before), await readAllFacts(after))};
}

/** What is to be restored of an opened set; all of it if no paths are named. */
async function planOf(set: OpenedSet, paths: readonly Buffer[]): Promise<PlannedFile[]> {
	const wanted = new Set(paths.map(name => name.toString('latin1')));
	return planRestore(set, set.files.filter(file => wanted.size === 0 || wanted.has(file.path.toString('latin1'))));
}

const noticesFor = ({state, problem, date}: OpenedSet): readonly string[] => [
	...(state === 'damaged' ? [`The manifest of ${date} is damaged (${problem ?? ''}): what it does not tell of is checked only by gzip.`] : []),
	...(state === 'foreign' ? [`The set of ${date} has no manifest of this program: modes, owners and times are those of the copies, and content is checked only by gzip.`] : []),
];

/** An error of which the advice is for who types into a screen, and not for who gives flags. */
const withoutFlags = (error: unknown): unknown => error instanceof DestinationError
	? new DestinationError(error.message.replaceAll(/(?: with)? --to\b/gv, ''), {code: error.code, cause: error})
	: error;

async function preview(place: Directory, {name, paths, to, overwrite}: RestoreOrder): Promise<RestorePreview> {
	const set = await openOrThrow(place, name);
	await using _ = set.directory;
	const plan = await planOf(set, paths);
	const location = path.resolve(to);
	const target = await openTarget({
		location, destination: place, create: false, checkSpace: true,
	}).catch((error: unknown) => {
		throw withoutFlags(error);
	});

	if (!target) {
		await access(path.dirname(location)).catch(() => {
			throw new DestinationError(`${displayText(path.dirname(location))} is not there. Make it first: only the last part of a directory is made.`);
		});
	}

	const obstacles: Array<RestorePreview['obstacles'][number]> = [];

	for await (const entry of previewRestore(plan, target, overwrite)) {
		if (entry.action !== 'restore') {
			obstacles.push({path: entry.path, reason: entry.reason ?? 'it is there already', isReplaced: entry.action === 'replace'});
		}
	}

	await target?.finish();
	return {
		files: plan.length, bytes: totalSize(plan), to: displayText(location), isNew: target === undefined, obstacles, notices: noticesFor(set),
	};
}

async function restore(place: Directory, {name, paths, to, overwrite}: RestoreOrder, {report, signal}: Work): Promise<void> {
	const set = await openOrThrow(place, name);
	await using _ = set.directory;
	const plan = await planOf(set, paths);
	const location = path.resolve(to);
	const target = await openTarget({
		location, destination: place, create: true, checkSpace: true,
	});
	const restored = await restoreFiles({
		// Each waits for the disk as long as it computes.
		set, plan, target: target!, overwrite, jobs: 2 * availableParallelism(), report, signal,
	});
	report({
		message_type: 'restore_summary', exit_code: restored.files_failed > 0 ? exitCodes.someFailed : exitCodes.done, to: displayText(location), ...restored,
	});
}

async function verify(place: Directory, names: readonly SetName[], {report, signal}: Work): Promise<void> {
	const isRunning = await isRunUnderWay(place);

	if (isRunning && names.some(({isStaging}) => isStaging)) {
		throw new DestinationError('That set is being made just now: it can be verified when the run has ended.');
	}

	const verified = await verifySets({
		destination: place, names, isRunning, jobs: availableParallelism(), report, signal,
	});
	report({message_type: 'verify_summary', exit_code: verified.findings > 0 ? exitCodes.damaged : exitCodes.done, ...verified});
}

/** @throws {DestinationError} If it is the newest complete set of today or before, by what is there now. */
async function refuseNewestComplete(place: Directory, {date}: SetName, today: string): Promise<void> {
	for await (const overview of readCatalog(place)) {
		if (overview.state === 'complete' && overview.date <= today) {
			if (overview.date === date) {
				throw new DestinationError(`The set of ${date} is the newest complete one, and stays.`);
			}

			return;
		}
	}
}

async function remove(places: Places, name: SetName): Promise<void> {
	await using source = await Directory.open(places.source).catch(() => undefined);
	// Reading needs no trust in who else can write there; removing does.
	await using place = await openDestination(places.destination, {source, create: false});

	if (!place) {
		throw new DestinationError(`${displayText(places.destination)} is gone`);
	}

	const lock = await Lock.take(place, 0, new AbortController().signal);

	try {
		await refuseNewestComplete(place, name, places.today);
		await removeSet(place, name.date);
	} finally {
		await lock.release();
	}
}

async function page(place: Directory, name: SetName, file: Parameters<SetBrowser['page']>[1]): Promise<string | undefined> {
	const set = await openOrThrow(place, name);
	await using directory = set.directory;
	await using handle = await openCopy(directory, file.file);

	try {
		return await showInPager(readContent(handle, file));
	} catch (error) {
		if (error instanceof DamagedError) {
			return `${displayName(file.file)} is damaged: ${error.message}. What was shown is not to be trusted`;
		}

		throw error;
	}
}

type Places = {
	/** Absolute paths. */
	readonly source: string;
	readonly destination: string;
	/** The local date. */
	readonly today: string;
};

/** The sets at an opened destination, for the screens. */
export function createSetBrowser(place: Directory, places: Places): SetBrowser {
	const accounts = new Accounts();
	return {
		home: homedir(),
		list: signal => list(place, signal),
		open: async name => readContentOf(place, name, accounts),
		compare: async (one, other) => compare(place, one, other),
		page: async (name, file) => page(place, name, file),
		preview: async order => preview(place, order),
		verify: async (names, work) => verify(place, names, work),
		restore: async (order, work) => restore(place, order, work),
		remove: async name => remove(places, name),
	};
}

