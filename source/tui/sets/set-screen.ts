import {missingText} from '../../report/words/outcomes.ts';
import {clearFilter, filterKeys, find} from '../keys/filter-keys.ts';
import {
	back,
	type CommonCommand,
	type KeyTable,
} from '../keys/key-bindings.ts';
import type {Footers, Screen} from '../keys/screen.ts';
import {turnFolder} from '../tree/tree-moves.ts';
import {
	branches,
	details,
	invert,
	range,
	rangeKeys,
	shownMarks,
	sorts,
	toggle,
	treeContext,
	type TreeCommand,
} from '../tree/tree-keys.ts';
import {toggleDetails, treeCommands, typeInFilter} from '../tree/tree-reducer.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import {chosenPaths, setItemOf} from './set-tree.ts';
import {setHeading} from './sets-heading.ts';
import {
	compareKey,
	lastKeys,
	quitAtOnce,
	verifyKey,
} from './sets-keys.ts';
import type {OpenedState, SetsSlice} from './sets-state.ts';
import {
	askTarget,
	choosePartner,
	goBack,
	request,
	verify,
	withBrowse,
} from './sets-steps.ts';

type SetCommand = TreeCommand | 'details' | 'page' | 'restore' | 'verify' | 'compare' | 'back';

type SetContext = 'set' | 'setFiltered' | 'setRange' | 'setFilter';

const files: KeyTable<SetCommand> = [
	{
		keys: ['enter', 'p'], command: 'page', help: 'show the file in $PAGER (less); open a directory', footer: 'view', isEssential: true,
	},
	toggle,
	{
		keys: ['r'], command: 'restore', help: 'restore what is marked, or else this file, to a directory; asks for it first', footer: 'restore…',
	},
	...branches,
	details,
	find,
	verifyKey,
	compareKey,
	{
		keys: ['a'], command: 'toggleAll', help: 'mark all files shown, or none', footer: 'all/none',
	},
	invert,
	...shownMarks,
	range,
	...sorts,
];

const tables: Readonly<Record<SetContext, KeyTable<SetCommand | CommonCommand>>> = {
	set: [...files, back(['escape', 'q', 'b'], 'to the sets'), ...lastKeys],
	setFiltered: [
		clearFilter,
		...files,
		{keys: ['q', 'b'], command: 'back', help: 'back to the sets'},
		...lastKeys,
	],
	setRange: rangeKeys(quitAtOnce),
	setFilter: filterKeys(quitAtOnce),
};

const contexts = {
	plain: 'set', filtered: 'setFiltered', range: 'setRange', filter: 'setFilter',
} as const;

/** Does something with the set that is opened. */
const withOpened = (act: (state: SetsSlice, opened: OpenedState) => SetsSlice) => (state: SetsSlice): SetsSlice =>
	state.browse.opened ? act(state, state.browse.opened) : state;

/** Shows the file of the cursor in the pager; opens or closes a directory. */
function page(state: SetsSlice, opened: OpenedState): SetsSlice {
	const tree = opened.files;
	const row = currentRow(tree);
	const folder = row && folderOf(tree, row);

	if (folder) {
		return withBrowse(state, {opened: {...opened, files: turnFolder(tree)}, message: undefined});
	}

	const item = row && setItemOf(opened, row);

	if (!item) {
		return state;
	}

	return item.kind === 'missing'
		? withBrowse(state, {message: `There is no copy of ${row.name}: it ${missingText(item.missing)}`})
		: request(withBrowse(state, {isPaging: true, message: undefined}), {kind: 'page', name: opened.name, item});
}

/** What Enter does to the row of the cursor: there is nothing to be seen of a file that has no copy. */
function pageFooter(opened: OpenedState): Footers<'page'> {
	const row = currentRow(opened.files);
	const folder = row && folderOf(opened.files, row);

	if (folder) {
		return {page: folder.isOpen ? 'close' : 'open'};
	}

	return row && setItemOf(opened, row)?.kind === 'copy' ? {} : {page: ''};
}

/** The files of a set, with details of the row beside or below them. */
export const setScreen = {
	title: 'The files of a set',
	phase: 'browsing',
	keys: tables,
	context: ({browse: {opened}}) => opened ? contexts[treeContext(opened.files)] : 'set',
	footers: ({browse: {opened}}) => opened ? pageFooter(opened) : {},
	typed: ['setFilter'],
	type: (state, text) => withOpened((_, opened) => withBrowse(state, {opened: {...opened, files: typeInFilter(opened.files, text)}}))(state),
	commands: {
		...treeCommands<SetsSlice>((state, change) => withOpened((_, opened) => {
			const tree = change(opened.files);
			return tree === opened.files && state.browse.message === undefined ? state : withBrowse(state, {opened: {...opened, files: tree}, message: undefined});
		})(state)),
		details: withOpened((state, opened) => withBrowse(state, {opened: {...opened, files: toggleDetails(opened.files, state.size)}})),
		page: withOpened(page),
		restore: withOpened((state, opened) => askTarget(state, opened.name, chosenPaths(opened), 'set')),
		verify: withOpened((state, opened) => verify(state, [opened.name], 'set')),
		compare: withOpened((state, opened) => choosePartner(state, opened.name)),
		back: state => goBack(state, 'sets'),
	},
	heading: setHeading,
	lines: () => undefined,
} as const satisfies Screen<SetsSlice, SetCommand, SetContext>;
