import {
	everywhere,
	help,
	helpKeys,
	moves,
	type Binding,
	type KeyTable,
} from '../source/tui/keys/key-bindings.ts';
import {keyLabel} from '../source/tui/keys/key-names.ts';
import {type KeyContext, registry} from '../source/tui/registry.ts';

/** When the keys of a table hold. The compiler asks for each. */
const moments: Readonly<Record<KeyContext, string>> = {
	exists: 'today\'s backup exists',
	existsWhole: 'and tells what is in it',
	existsFailed: 'and files failed',
	review: 'review',
	filtered: 'with a filter',
	range: 'while a range is chosen',
	filter: 'while the filter is typed',
	command: 'the command',
	save: 'before it is saved',
	confirm: 'confirm',
	confirmBlocked: 'where nothing can be written there',
	run: 'run',
	paused: 'while it is paused',
	outcomes: 'the list of all files',
	outcomesPaused: 'the same, paused',
	outcomesFiltered: 'with a filter',
	outcomesFilter: 'while the filter is typed',
	asking: 'when asked whether to stop',
	stopping: 'while it stops',
	killing: 'while it ends at once',
	summary: 'summary',
	summaryRefused: 'where there was too little space',
	summaryFailed: 'where files failed',
	summaryOutcomes: 'the list of all files',
	summaryFiltered: 'with a filter',
	summaryFilter: 'while the filter is typed',
	sets: 'backups',
	setsAway: 'where sets are pushed',
	setsAlone: '`logbackup-tui browse`',
	setsAloneAway: 'the same, where sets are pushed',
	partner: 'when asked for another set',
	set: 'files of a set',
	setFiltered: 'with a filter',
	setRange: 'while a range is chosen',
	setFilter: 'while the filter is typed',
	diff: 'how two sets differ',
	restoreTo: 'where to restore to',
	restorePlan: 'before files are restored',
	removal: 'before a set is deleted',
	transfer: 'before sets are pushed or fetched',
	work: 'while it works',
	workAsking: 'when asked whether to stop',
	workStopping: 'while it stops',
	workOver: 'when it is over',
	help: 'help',
};

const code = (text: string) => `\`${text}\``;

const cellsOf = ({keys, help: text}: Binding, moment: string): readonly string[] => [moment, keys.map(key => code(keyLabel(key))).join(' '), text];

const nameOf = ({keys, help: text}: Binding) => `${keys.join(' ')}: ${text}`;

const common: ReadonlySet<string> = new Set([...moves, ...everywhere, help].map(binding => nameOf(binding)));

/** The keys of a table that are not told already. */
function rowsOf(context: KeyContext, table: KeyTable, told: Set<string>): ReadonlyArray<readonly string[]> {
	const fresh = table.filter(binding => !common.has(nameOf(binding)) && !told.has(nameOf(binding)));

	for (const binding of fresh) {
		told.add(nameOf(binding));
	}

	return fresh.map((binding, index) => cellsOf(binding, index === 0 ? moments[context] : ''));
}

/** All keys: screen or moment, key, what it does. Of each screen every key once; what is the same on many, at the end. */
export const keyRows = (): ReadonlyArray<readonly string[]> => [
	...Object.values(registry).flatMap(({keys}) => {
		const told = new Set<string>();
		return Object.entries<KeyTable>(keys).flatMap(([context, table]) => rowsOf(context as KeyContext, table, told));
	}),
	...rowsOf('help', helpKeys, new Set()),
	...moves.map((binding, index) => cellsOf(binding, index === 0 ? 'all lists and pages' : '')),
	cellsOf(help, 'all, but while a line is typed or a question of one key is asked'),
	...everywhere.map((binding, index) => cellsOf(binding, index === 0 ? 'all' : '')),
];
