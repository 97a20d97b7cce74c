import {availableParallelism, homedir} from 'node:os';
import {exitCodes} from '../exit/exit-codes.ts';
import {Accounts} from '../files/accounts.ts';
import {Directory} from '../files/directory.ts';
import {DestinationError} from '../files/errors.ts';
import {DamagedError} from '../compression/engine.ts';
import {ExportFormatError} from '../journal/export-fields.ts';
import {shortLines} from '../journal/short-lines.ts';
import {isJournalDay} from '../origin/journal-facts.ts';
import {readContent} from '../recovery/read-content.ts';
import {formatRemotePath} from '../remote/remote-path.ts';
import {verifySets} from '../recovery/verification.ts';
import {describeSet, isRunUnderWay, readCatalog} from '../set/catalog.ts';
import {compareSets} from '../set/set-differences.ts';
import {openDestination} from '../set/destination.ts';
import {readAllFacts, readFacts} from '../set/file-facts.ts';
import {Hold} from '../set/hold.ts';
import {Lock} from '../set/lock/lock.ts';
import {OpenedCopy} from '../set/copy.ts';
import type {OpenedSet} from '../set/open-set.ts';
import {describeOrigin, isSameOrigin} from '../set/names/provenance.ts';
import {bytesFreedBy, removeSet} from '../set/prune-sets.ts';
import type {SetName} from '../set/names/set-names.ts';
import {displayName, displayText} from '../text/display-name.ts';
import {localDate} from '../text/format.ts';
import {scheduleTexts} from '../report/schedule-text.ts';
import {readSchedule} from '../timer/schedule.ts';
import type {
	AwayPlace,
	SetComparison,
	SetBrowser,
	SetContent,
	SetItem,
	Work,
} from '../tui/sets/browser.ts';
import {showInPager} from '../tui/terminal/pager.ts';
import type {BackupPlaces, PushTarget} from './browse-away.ts';
import {listSets} from './browse-list.ts';
import {openOrThrow, preview, restore} from './browse-restore.ts';

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

async function compare(place: Directory, one: SetName, other: SetName): Promise<SetComparison> {
	const [older, newer] = one.date < other.date || (one.date === other.date && other.isStaging) ? [one, other] : [other, one];
	const before = await openOrThrow(place, older);
	await using _before = before.directory;
	const after = await openOrThrow(place, newer);
	await using _after = after.directory;
	return {older: older.date, newer: newer.date, changes: compareSets(await readAllFacts(before), await readAllFacts(after))};
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

/** @throws {DestinationError} If it is the newest complete set of its host and source that is of today or before, by what is there now. */
async function refuseNewestComplete(place: Directory, name: SetName, today: string): Promise<void> {
	const {origin} = describeSet(place, name, false) ?? {};

	for await (const overview of readCatalog(place)) {
		if (overview.state === 'complete' && overview.date <= today && (!origin || !overview.origin || isSameOrigin(overview.origin, origin))) {
			if (overview.date === name.date) {
				throw new DestinationError(`The set of ${name.date} is the newest complete one${origin ? ` of ${describeOrigin(origin)}` : ''}, and stays.`);
			}

			return;
		}
	}
}

async function remove(places: BackupPlaces, name: SetName): Promise<void> {
	await using source = await Directory.open(places.source).catch(() => undefined);
	// Reading needs no trust in who else can write there; removing does.
	await using place = await openDestination(places.destination, {source, create: false});

	if (!place) {
		throw new DestinationError(`${displayText(places.destination)} is gone`);
	}

	const lock = await Lock.take(place, 0, new AbortController().signal);

	try {
		// The screen may be open since yesterday.
		await refuseNewestComplete(place, name, localDate(new Date()));
		await new Hold(place, places.destination, lock).check();
		await removeSet(place, name.date);
	} finally {
		await lock.release();
	}
}

async function page(place: Directory, [name, file, show = showInPager]: Parameters<SetBrowser['page']>): Promise<string | undefined> {
	const set = await openOrThrow(place, name);
	await using directory = set.directory;
	await using copy = await OpenedCopy.open(directory, file.file);

	try {
		const content = readContent(copy, file);
		return await show(isJournalDay(file) ? shortLines(content) : content, displayName(file.path));
	} catch (error) {
		if (error instanceof DamagedError || error instanceof ExportFormatError) {
			return `${displayName(file.file)} is damaged: ${error.message}. What was shown is not to be trusted`;
		}

		throw error;
	}
}

/** Where sets are pushed, for the screens. What speaks to remotes is loaded once it is wanted. */
function createAwayPlace(place: Directory, places: BackupPlaces, push: PushTarget): AwayPlace {
	const load = async () => import('./browse-away.ts');
	return {
		name: formatRemotePath(push.to),
		async list(signal) {
			const {listAway} = await load();
			return listAway(place, push, signal);
		},
		async push(work) {
			const {pushAway} = await load();
			await pushAway(place, places, push, work);
		},
		async fetch({date}, work) {
			const {fetchBack} = await load();
			await fetchBack(places, push, {date, work});
		},
	};
}

/**
The sets at an opened destination, for the screens.

@param push Where sets are pushed, and whose, if they are.
*/
export function createSetBrowser(place: Directory, places: BackupPlaces, push?: PushTarget): SetBrowser {
	const accounts = new Accounts();
	return {
		home: homedir(),
		list: signal => listSets(place, {signal, push: push && {to: formatRemotePath(push.to), whose: push.whose}}),
		async schedule() {
			const now = new Date();
			return scheduleTexts(await readSchedule(now), now);
		},
		open: async name => readContentOf(place, name, accounts),
		compare: async (one, other) => compare(place, one, other),
		page: async (...order) => page(place, order),
		preview: async order => preview(place, order),
		verify: async (names, work) => verify(place, names, work),
		restore: async (order, work) => restore(place, order, work),
		weigh: async ({date}) => bytesFreedBy(place, date),
		remove: async name => remove(places, name),
		...(push && {away: createAwayPlace(place, places, push)}),
	};
}
