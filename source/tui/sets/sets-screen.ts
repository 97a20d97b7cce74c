import type {SetName} from '../../set/names/set-names.ts';
import {
	back,
	type CommonCommand,
	type KeyTable,
} from '../keys/key-bindings.ts';
import type {Footers, Screen} from '../keys/screen.ts';
import {glyphs} from '../kit/glyphs.ts';
import {listHeight} from '../kit/layout.ts';
import {byMove, type Move, moveWindow} from '../kit/list-window.ts';
import {paragraph} from '../kit/page-lines.ts';
import type {SetRow} from './browser.ts';
import {refuseRemoval} from './removal.ts';
import {setsHeading} from './sets-heading.ts';
import {compareKey, lastKeys, verifyKey} from './sets-keys.ts';
import {emptyEditor, type SetsSlice} from './sets-state.ts';
import {askFetch, askPush} from './transfer-page.ts';
import {
	askTarget,
	choosePartner,
	compare,
	leave,
	listAnew,
	open,
	request,
	verify,
	withBrowse,
} from './sets-steps.ts';

type SetsCommand = Move | 'openSet' | 'verify' | 'verifyAll' | 'restore' | 'compare' | 'remove' | 'push' | 'fetch' | 'relist' | 'back';

/** `…Away`: sets are pushed to a remote. */
type SetsContext = 'sets' | 'setsAway' | 'setsAlone' | 'setsAloneAway' | 'partner';

type SetsStep = (state: SetsSlice) => SetsSlice;

const aboutBars = `SIZE is that of all copies in a set, NEW what no older set has too. Of the bars ${glyphs.thinFilled} is new, ${glyphs.thinEmpty} is linked from older sets and takes no space.`;

const inspectKeys: KeyTable<SetsCommand> = [
	{
		keys: ['enter', 'right', 'l'], command: 'openSet', help: 'see the files of the set', footer: 'open', isEssential: true,
	},
	verifyKey,
	{
		keys: ['r'], command: 'restore', help: 'restore the whole set to a directory; asks for it first', footer: 'restore…',
	},
	compareKey,
];

const awayKeys: KeyTable<SetsCommand> = [
	{
		keys: ['P'], command: 'push', help: 'push the sets that are not off the host; asks first', footer: 'push…',
	},
	{
		keys: ['F'], command: 'fetch', help: 'fetch a set that is only at the remote; asks first', footer: 'fetch…',
	},
];

const otherKeys: KeyTable<SetsCommand> = [
	{
		keys: ['D'], command: 'remove', help: 'delete the set; asks for its date first', footer: 'delete…',
	},
	{
		keys: ['A'], command: 'verifyAll', help: 'verify all sets',
	},
	{
		keys: ['u'], command: 'relist', help: 'look for sets again',
	},
];

const backKey = back(['escape', 'q', 'b'], 'to where you came from');

const leaveKey = {
	keys: ['escape', 'q'], command: 'back', help: 'leave', footer: 'leave', isEssential: true,
} as const;

const tables: Readonly<Record<SetsContext, KeyTable<SetsCommand | CommonCommand>>> = {
	sets: [...inspectKeys, ...otherKeys, backKey, ...lastKeys],
	setsAway: [...inspectKeys, ...awayKeys, ...otherKeys, backKey, ...lastKeys],
	setsAlone: [...inspectKeys, ...otherKeys, leaveKey, ...lastKeys],
	setsAloneAway: [...inspectKeys, ...awayKeys, ...otherKeys, leaveKey, ...lastKeys],
	partner: [
		{
			keys: ['enter', '='], command: 'compare', help: 'compare with this set', footer: 'with this', isEssential: true,
		},
		{
			keys: ['escape', 'q'], command: 'back', help: 'compare none', footer: 'none', isEssential: true,
		},
		...lastKeys,
	],
};

function askRemoval(state: SetsSlice): SetsSlice {
	const {browse, facts} = state;
	const row = browse.sets[browse.cursor]!;
	const problem = refuseRemoval(row, browse, browse.today ?? facts.date);
	return problem === undefined
		? request(withBrowse({...state, screen: 'removal', pageTop: 0}, {
			editor: emptyEditor, base: 'sets', message: undefined, freed: undefined,
		}), {kind: 'weigh', name: row.name})
		: withBrowse(state, {message: problem});
}

const move = (direction: Move): SetsStep => state => {
	const {browse, size} = state;
	return withBrowse(state, {...moveWindow(browse, direction, {count: browse.sets.length, height: listHeight(size)}), message: undefined});
};

/** Does something with the set of the cursor, where there is one. */
const withCurrent = (act: (state: SetsSlice, row: SetRow) => SetsSlice): SetsStep => state => {
	const row = state.browse.sets[state.browse.cursor];
	return row ? act(state, row) : state;
};

/** Does something with the set of the cursor, where it is here. */
const withHere = (act: (state: SetsSlice, name: SetName) => SetsSlice): SetsStep => withCurrent((state, {name, away}) => away
	? withBrowse(state, {message: `That set is only at ${state.browse.remote ?? ''}: F fetches it.`})
	: act(state, name));

function contextOf({partner, origin, remote}: SetsSlice['browse']): SetsContext {
	if (partner) {
		return 'partner';
	}

	return origin === 'none' ? (remote === undefined ? 'setsAlone' : 'setsAloneAway') : (remote === undefined ? 'sets' : 'setsAway');
}

/** Of a set that is only at the remote, nothing can be done here but to fetch it. */
const awayFooter: Footers<SetsCommand> = {
	openSet: 'fetch…', fetch: '', verify: '', restore: '', compare: '', remove: '',
};

/** The list of sets. */
export const setsScreen = {
	title: 'Backups',
	phase: 'browsing',
	keys: tables,
	context: ({browse}) => contextOf(browse),
	footers: ({browse: {sets, cursor, partner}}) => partner ? {} : (sets[cursor]?.away ? awayFooter : {fetch: ''}),
	commands: {
		...byMove(move),
		openSet: withCurrent((state, row) => row.away ? askFetch(state, row) : open(state, row.name)),
		compare: withHere((state, name) => state.browse.partner ? compare(state, state.browse.partner, name) : choosePartner(state, name)),
		verify: withHere((state, name) => verify(state, [name], 'sets')),
		verifyAll: withCurrent(state => verify(state, state.browse.sets.filter(({name, away}) => !name.isStaging && away === undefined).map(({name}) => name), 'sets')),
		restore: withHere((state, name) => askTarget(state, name, [], 'sets')),
		remove: withHere(askRemoval),
		push: askPush,
		fetch: withCurrent(askFetch),
		relist: state => listAnew(withBrowse(state, {message: undefined})),
		back: state => state.browse.partner ? withBrowse(state, {partner: undefined}) : leave(state),
	},
	heading: setsHeading,
	lines: () => undefined,
	about: width => paragraph(aboutBars, width),
} as const satisfies Screen<SetsSlice, SetsCommand, SetsContext>;
