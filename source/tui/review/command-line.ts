/*
The command that selects what the screen shows: by rules, so that it means on another day what was meant today; by a list of names where no rule fits.
*/
import {deriveRules, type Rules} from '../../origin/derive-rules.ts';
import {quoteList, quoteWord} from '../../text/shell.ts';
import type {CommandBase} from './command-base.ts';
import {intentionsOf} from './intentions.ts';
import {markedEntries, type ReviewState} from './review-state.ts';

/** Rules that name more single files than this are a list of names. */
const mostNamed = 20;

const program = 'logbackup-tui --yes';

const toFlags = ({include, exclude, recursive, followSymlinks, journal}: Rules): readonly string[] => [
	...(journal === false ? ['--no-journal'] : []),
	...(recursive ? ['-r'] : []),
	...(followSymlinks ? ['--follow-symlinks'] : []),
	...include.map(glob => `--include${glob.startsWith('-') ? '=' : ' '}${quoteWord(glob)}`),
	...exclude.map(glob => `--exclude${glob.startsWith('-') ? '=' : ' '}${quoteWord(glob)}`),
];

/** Rules for what is marked; `undefined` where nothing is, or what they would go into has not been read. `rules`: those in force. */
export const rulesOf = (review: ReviewState, rules: Rules, mostNames?: number) => deriveRules(
	review.rows.map(({entry, isSelectable, folder}, number) => ({entry, isFile: isSelectable && folder === undefined, isMarked: review.marks[number] === 1}))
		// The directory that a group of streams has in the list is none that rules could name.
		.filter(({entry, isFile}) => isFile || entry.group === undefined),
	{
		rules, intentions: intentionsOf(review), isComplete: review.unread === 0, ...(mostNames !== undefined && {mostNames}),
	},
);

/** The same for every day: rules that name few files, even where they don't say just what is marked. */
export const rulesForSaving = (review: ReviewState, rules: Rules) => rulesOf(review, rules, mostNamed);

/** The shell command that backs up exactly what is marked, by name, for it may be used on another day; nothing where nothing is. */
export function commandLine(review: ReviewState, {flags, rules}: Pick<CommandBase, 'flags' | 'rules'>): string | undefined {
	const entries = markedEntries(review);

	if (entries.length === 0) {
		return undefined;
	}

	const join = (more: readonly string[]) => [program, ...flags.map(flag => quoteWord(flag)), ...more].join(' ');
	const found = rulesOf(review, rules);

	if (found && found.named <= mostNamed && found.omitted.length + found.added.length === 0) {
		return join(toFlags(found.rules));
	}

	const follow = entries.some(({kind}) => kind === 'symlink') ? ['--follow-symlinks'] : [];
	return `printf ${quoteList(entries.map(({path}) => path))} | ${join(['--files-from -', '--ignore-missing', ...follow])}`;
}
