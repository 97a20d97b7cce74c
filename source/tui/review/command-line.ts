/*
The command that selects what the screen shows. Several ways of saying it are tried; each is held against the rules it will be read by, and
the shortest that selects exactly the marked entries is taken. None guesses a pattern: only names that are there are named.
*/
import {isUtf8} from 'node:buffer';
import type {Entry} from '../../origin/entry.ts';
import {compileRules} from '../../origin/selection.ts';
import {displayName} from '../../text/display-name.ts';
import {appendAll} from '../../text/lists.ts';
import {quoteList, quoteWord} from '../../text/shell.ts';
import {folderOf} from '../tree/tree-state.ts';
import type {CommandBase, Rules} from './command-base.ts';
import type {ReviewState} from './review-state.ts';

/** So many globs held against so many entries are tried before a list is the better way to say it. */
const mostComparisons = 300_000;

const program = 'logbackup-tui --yes';

type Wanted = ReadonlySet<number>;

type Cover = {
	readonly rows: readonly number[];
	/** How many of the wanted rows it covers. */
	readonly count: number;
};

/** Rows that name all of `wanted` in a directory and nothing else: a directory stands for all that is in it. */
function coverIn(review: ReviewState, wanted: Wanted, key: string): Cover {
	const rows: number[] = [];
	let count = 0;

	for (const number of review.folders.get(key)!.order) {
		const row = review.rows[number]!;
		const folder = folderOf(review, row);
		const inner = folder ? coverIn(review, wanted, row.folder!) : {rows: wanted.has(number) ? [number] : [], count: wanted.has(number) ? 1 : 0};
		const isWhole = folder !== undefined && inner.rows.length > 0 && inner.count === folder.files;
		appendAll(rows, isWhole ? [number] : inner.rows);
		count += inner.count;
	}

	return {rows, count};
}

const coverRows = (review: ReviewState, wanted: Wanted): readonly number[] => coverIn(review, wanted, '').rows;

/** A glob for one path only. `isAnchored`: for no other of the same name, deeper down. */
function toGlob({path}: Entry, isAnchored: boolean): string | undefined {
	const text = path.toString('utf8');

	if (!isUtf8(path) || displayName(path).replaceAll('\\\\', '\\') !== text) {
		return undefined;
	}

	const glob = text.replaceAll(/[!$\(\)*+,?@\[\\\]^\{\|\}]/gv, String.raw`\$&`);
	return isAnchored && !glob.includes('/') ? `./${glob}` : glob;
}

type Candidate = {
	readonly flags: readonly string[];
	readonly rules: Rules;
};

const toFlags = ({include, exclude, recursive, followSymlinks}: Rules): readonly string[] => [
	...(recursive ? ['-r'] : []),
	...(followSymlinks ? ['--follow-symlinks'] : []),
	...include.map(glob => `--include${glob.startsWith('-') ? '=' : ' '}${quoteWord(glob)}`),
	...exclude.map(glob => `--exclude${glob.startsWith('-') ? '=' : ' '}${quoteWord(glob)}`),
];

/** Numbers of the rows that a command with these rules would select. */
function simulate({rows}: ReviewState, rules: Rules): Set<number> {
	const judge = compileRules(rules);
	const selected = new Set<number>();

	for (const [number, {entry, isSelectable, depth, folder}] of rows.entries()) {
		if (isSelectable && folder === undefined && (depth === 0 || rules.recursive) && judge(entry).isSelected) {
			selected.add(number);
		}
	}

	return selected;
}

const isSame = (one: Wanted, other: Wanted) => one.size === other.size && one.isSubsetOf(other);

function * candidates(review: ReviewState, marked: Wanted, rules: Rules): Generator<Rules> {
	const most = mostComparisons / Math.max(1, review.rows.length);
	const globs = (wanted: Wanted, isAnchored: boolean): readonly string[] | undefined => {
		const cover = coverRows(review, wanted);
		const made = cover.length > most ? [] : cover.map(number => toGlob(review.rows[number]!.entry, isAnchored));
		return cover.length > most || made.includes(undefined) ? undefined : made.filter(glob => glob !== undefined);
	};

	for (const start of [rules, {...rules, include: ['*']}]) {
		yield start;
		const rest = simulate(review, start).difference(marked);

		for (const isAnchored of [false, true]) {
			const exclude = globs(rest, isAnchored);

			if (exclude) {
				yield {...start, exclude: [...start.exclude, ...exclude]};
			}
		}
	}

	for (const isAnchored of [false, true]) {
		const include = globs(marked, isAnchored);

		if (include && include.length > 0) {
			yield {...rules, include, exclude: []};
		}
	}
}

/** Everything that globs can express. Directories that are still being read are left out. */
function globCandidates(review: ReviewState, marked: Wanted, rules: Rules): readonly Candidate[] {
	const numbers = [...marked];
	const isNested = numbers.some(number => review.rows[number]!.depth > 0 || review.rows[number]!.entry.kind === 'directory');
	const hasLinks = numbers.some(number => review.rows[number]!.entry.kind === 'symlink');
	const ways = (isNested || review.unread > 0 ? [isNested] : [false, true]).filter(recursive => !recursive || review.unread === 0);

	return ways.flatMap(recursive => [...candidates(review, marked, {...rules, recursive, followSymlinks: hasLinks})])
		.map(found => ({flags: toFlags(found), rules: found}));
}

/** The shell command that backs up exactly what is marked, by name, for it may be used on another day; nothing where nothing is. */
export function commandLine(review: ReviewState, {flags, rules}: Pick<CommandBase, 'flags' | 'rules'>): string | undefined {
	const marked = new Set<number>();

	for (const [number, mark] of review.marks.entries()) {
		if (mark === 1) {
			marked.add(number);
		}
	}

	if (marked.size === 0) {
		return undefined;
	}

	const join = (more: readonly string[]) => [program, ...flags.map(flag => quoteWord(flag)), ...more].join(' ');
	const entries = [...marked].map(number => review.rows[number]!.entry);
	const follow = entries.some(({kind}) => kind === 'symlink') ? ['--follow-symlinks'] : [];
	const list = `printf ${quoteList(entries.map(({path}) => path))} | ${join(['--files-from -', ...follow])}`;
	const shorter = globCandidates(review, marked, rules)
		.map(candidate => ({...candidate, text: join(candidate.flags)}))
		.filter(({text}) => text.length < list.length)
		.toSorted((one, other) => one.text.length - other.text.length);
	return shorter.find(candidate => isSame(simulate(review, candidate.rules), marked))?.text ?? list;
}
