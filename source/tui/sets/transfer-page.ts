/*
Sets that go off the host, or come back from there: the question before that.
*/
import {formatBytes, formatCount} from '../../text/format.ts';
import {
	back,
	everywhere,
	help,
	moves,
} from '../keys/key-bindings.ts';
import type {Screen} from '../keys/screen.ts';
import {pathBelow} from '../kit/facts.ts';
import {isTooSmall} from '../kit/layout.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import type {SetRow} from './browser.ts';
import {setsHeading} from './sets-heading.ts';
import {quitAtOnce} from './sets-keys.ts';
import type {SetsSlice} from './sets-state.ts';
import {begin, goBack, withBrowse} from './sets-steps.ts';
import {awayText} from './sets-text.ts';

/** The sets that a push would send, the oldest first, as far as is known. */
const unpushed = (sets: readonly SetRow[]): readonly SetRow[] => sets.filter(({isPushed}) => isPushed === false).toReversed();

const sizeOf = (rows: readonly SetRow[]): number => rows.reduce((sum, {head}) => sum + (head?.bytesOut ?? 0), 0);

/** Asks whether to push what is not off the host. */
export function askPush(state: SetsSlice): SetsSlice {
	const {sets, isListing, remote} = state.browse;

	if (remote === undefined) {
		return withBrowse(state, {message: 'No remote is configured: push-to in the configuration names one.'});
	}

	return unpushed(sets).length > 0
		? withBrowse({...state, screen: 'transfer', pageTop: 0}, {transfer: {kind: 'push'}, base: 'sets', message: undefined})
		: withBrowse(state, {message: isListing ? 'Still reading the sets.' : `Nothing to push: all finished sets of this host are at ${remote}.`});
}

/** Asks whether to fetch a set that is only at the remote. */
export function askFetch(state: SetsSlice, {name, away}: SetRow): SetsSlice {
	return away
		? withBrowse({...state, screen: 'transfer', pageTop: 0}, {transfer: {kind: 'fetch', name}, base: 'sets', message: undefined})
		: withBrowse(state, {message: 'That set is here.'});
}

function pushLines(sets: readonly SetRow[], remote: string, width: number): readonly PageLine[] {
	const pending = unpushed(sets);
	return [
		...paragraph(`Push ${formatCount(pending.length, 'set')} to ${remote}?`, width, 'strong'),
		blank,
		...paragraph(`${pending.map(({name}) => name.date).join(', ')}: ${formatBytes(sizeOf(pending))} of copies. What the remote has from other days is not sent again, if it can copy files itself.`, width),
		...paragraph('Every file is checked there before it counts as a set. If you stop, the next push resumes.', width, 'faint'),
	];
}

function fetchLines({facts, browse: {sets, remote = '', transfer}}: SetsSlice, width: number): readonly PageLine[] {
	const row = transfer?.kind === 'fetch' ? sets.find(({name, away}) => away && name.date === transfer.name.date) : undefined;
	const {head} = row ?? {};
	return row
		? [
			...paragraph(`Fetch the set of ${row.name.date} from ${remote}?`, width, 'strong'),
			blank,
			...paragraph(`It is ${awayText(row)}${head ? `: ${formatCount(head.filesDone, 'file')}, ${formatBytes(head.bytesOut)} of copies` : ''}. Copies that other sets here have are not fetched again.`, width),
			...paragraph(`To ${pathBelow(facts.destination, row.name.date)}.`, width),
			...paragraph('Every copy is verified before the set gets its name. If you stop, the next fetch resumes.', width, 'faint'),
		]
		: [];
}

function transferLines(state: SetsSlice): readonly PageLine[] {
	const {browse: {sets, remote = '', transfer}, size: {columns}} = state;
	return transfer?.kind === 'push' ? pushLines(sets, remote, columns) : fetchLines(state, columns);
}

function accept(state: SetsSlice): SetsSlice {
	const {transfer, remote = ''} = state.browse;
	return transfer && !isTooSmall(state.size)
		? begin(state, transfer, {names: transfer.kind === 'fetch' ? [transfer.name] : [], to: remote})
		: state;
}

/** Asks before sets are pushed, or one is fetched. */
export const transferScreen = {
	title: 'Before sets are pushed or fetched',
	phase: 'browsing',
	keys: {
		transfer: [
			{
				keys: ['enter', 'y'], command: 'accept', help: 'begin', footer: 'begin', isEssential: true, isAnswer: true,
			},
			back(['escape', 'n', 'q'], 'to the sets'),
			...moves,
			help,
			quitAtOnce,
			...everywhere,
		],
	},
	context: () => 'transfer',
	commands: {accept, back: state => goBack(state, 'sets')},
	question: ({browse: {transfer, sets}}) => [transfer, sets],
	heading: setsHeading,
	lines: transferLines,
} as const satisfies Screen<SetsSlice, 'accept' | 'back', 'transfer'>;
