import {pathKey} from '../files/path-key.ts';
import {
	harmlessReasons,
	type LeftOutContent,
	type LeftOutReason,
	noContent,
} from '../files/left-out.ts';
import type {Entry, EntryKind} from './entry.ts';
import {compileGlob, type Matcher} from './glob.ts';

/** Left out unless asked for: binary login records, of which `lastlog` can look hundreds of gigabytes large. */
const defaultSkips = new Set(['btmp', 'wtmp', 'lastlog']);

export type SelectionRules = {
	/**
	Globs, as of `compileGlob`. What they match, they match with all that is in it. Where there are any, only what one of them matches is taken,
	default skips too.
	*/
	readonly include: readonly string[];
	/** The same; they win over `include`. */
	readonly exclude: readonly string[];
	readonly followSymlinks: boolean;
	/** Whether directories are walked into. */
	readonly recursive?: boolean;
	/** Absolute paths of the source, which globs may begin with. */
	readonly roots?: readonly string[];
};

/** An entry and what the rules make of it. */
export type Choice = {
	readonly entry: Entry;
	readonly isSelected: boolean;
	/** Whether the operator may mark it by hand. */
	readonly isSelectable: boolean;
	/** Why it is not selected, or what to expect of it if it is; for a person. */
	readonly reason?: string;
	/** Only on a directory: the group of streams that have all that is in it. */
	readonly coveredBy?: string;
	/** Only on the directory of a group of streams: this user may not read all that would be in it. */
	readonly isPartial?: true;
	/** Why it is not selected. */
	readonly skip?: LeftOutReason;
	/** The set that is to be added to has a copy of it. */
	readonly isCopied?: true;
};

type Judgement = Omit<Choice, 'entry'>;

const kindReasons = {
	directory: 'directory',
	fifo: 'named pipe',
	socket: 'socket',
	device: 'device',
} as const;

function judgeSymlink(entry: Entry, followSymlinks: boolean): Judgement {
	const kind = entry.target?.kind ?? 'broken';

	if (kind !== 'file') {
		const target = kind === 'broken' ? 'nothing' : (kind === 'symlink' ? 'another link' : `a ${kindReasons[kind]}`);
		return {
			isSelected: false, isSelectable: false, skip: 'symlink', reason: `symlink to ${target}`,
		};
	}

	return followSymlinks
		? {isSelected: true, isSelectable: true, reason: 'symlink, followed'}
		: {
			isSelected: false, isSelectable: true, skip: 'symlink', reason: 'symlink',
		};
}

/** Why a directory is not walked into: in a word, and for a person. */
export const barriers = {
	destination: {skip: 'backups', reason: 'the backups'},
	'file system': {skip: 'file_system', reason: 'another file system'},
	depth: {skip: 'depth', reason: 'nested too deeply'},
	loop: {skip: 'loop', reason: 'one of the directories it is in'},
	'no answer': {skip: 'no_answer', reason: 'does not answer'},
} as const;

function judgeDirectory({barrier, isReadable}: Entry, recursive: boolean): Judgement {
	if (barrier) {
		return {isSelected: false, isSelectable: false, ...barriers[barrier]};
	}

	return {
		isSelected: recursive,
		isSelectable: true,
		...(!recursive && {skip: 'directory', reason: kindReasons.directory}),
		...(!isReadable && {reason: 'no permission to list'}),
	};
}

/** Whether a path is that of a journal that is being written to: archived ones have an `@` in their name. */
export const isOpenJournal = (path: Buffer): boolean => pathKey(path).endsWith('.journal') && !path.includes('@');

function judgeContent(entry: Entry): Judgement {
	return entry.isReadable
		? {isSelected: true, isSelectable: true, ...(isOpenJournal(entry.path) && {reason: 'journal in use'})}
		: {isSelected: true, isSelectable: true, reason: 'no permission to read'};
}

const neverCopied = (kind: 'fifo' | 'socket' | 'device') => (): Judgement => ({
	isSelected: false, isSelectable: false, skip: kind, reason: kindReasons[kind],
});

/** Default judgement by kind of entry, unless a glob says otherwise. */
const judges: Readonly<Record<EntryKind, (entry: Entry, rules: SelectionRules) => Judgement>> = {
	file: judgeContent,
	stream: judgeContent,
	directory: (entry, {recursive = false}) => judgeDirectory(entry, recursive),
	symlink: (entry, {followSymlinks}) => judgeSymlink(entry, followSymlinks),
	fifo: neverCopied('fifo'),
	socket: neverCopied('socket'),
	device: neverCopied('device'),
};

/** A glob of the operator's, and whether it has matched anything. */
class Rule {
	readonly flag: string;
	hasMatched = false;
	readonly #matches: Matcher;

	constructor(kind: 'include' | 'exclude', glob: string, roots: readonly string[] = []) {
		this.flag = `--${kind} ${glob}`;
		this.#matches = compileGlob(glob, roots);
	}

	matches({path, kind}: Entry): boolean {
		const isMatch = this.#matches(path, kind === 'directory');
		this.hasMatched ||= isMatch;
		return isMatch;
	}
}

/** The first rule that matches an entry. All that have not matched anything so far are asked. */
function findRule(rules: readonly Rule[], entry: Entry): Rule | undefined {
	let found: Rule | undefined;

	for (const rule of rules) {
		if ((!found || !rule.hasMatched) && rule.matches(entry)) {
			found ??= rule;
		}
	}

	return found;
}

/** Applies rules to entries. */
export class Selector {
	readonly #rules: SelectionRules;
	readonly #includes: readonly Rule[];
	readonly #excludes: readonly Rule[];

	/** @throws {RangeError} If a glob is more than is allowed. */
	constructor(rules: SelectionRules) {
		this.#rules = rules;
		this.#includes = rules.include.map(glob => new Rule('include', glob, rules.roots));
		this.#excludes = rules.exclude.map(glob => new Rule('exclude', glob, rules.roots));
	}

	/** The flags that have matched nothing so far, with their globs. */
	get unused(): readonly string[] {
		return [...this.#includes, ...this.#excludes].filter(({hasMatched}) => !hasMatched).map(({flag}) => flag);
	}

	judge(entry: Entry): Choice {
		const choice = judges[entry.kind](entry, this.#rules);
		const exclude = findRule(this.#excludes, entry);
		const include = findRule(this.#includes, entry);

		if (!choice.isSelected) {
			return {entry, ...choice};
		}

		if (exclude) {
			return {
				entry, ...choice, isSelected: false, skip: 'excluded', reason: exclude.flag,
			};
		}

		// One that no glob asks for may hold what one does.
		if (entry.kind === 'directory' || include) {
			return {entry, ...choice};
		}

		if (this.#includes.length > 0) {
			return {
				entry, ...choice, isSelected: false, skip: 'not_included', reason: 'no --include matches',
			};
		}

		return defaultSkips.has(pathKey(entry.path))
			? {
				entry, ...choice, isSelected: false, skip: 'default', reason: 'skipped by default',
			}
			: {entry, ...choice};
	}
}

/**
Compiles the rules into a function from an entry to its choice.

@throws {RangeError} If a glob is more than is allowed.
*/
export function compileRules(rules: SelectionRules): (entry: Entry) => Choice {
	const selector = new Selector(rules);
	return entry => selector.judge(entry);
}

/** Leaves out a file whose path in the set belongs to a stream. */
export const giveWay = ({entry}: Choice): Choice => ({
	entry, isSelected: false, isSelectable: false, skip: 'name_taken', reason: 'its name in the set is taken',
});

/** Chooses an entry no more of which the set that is to be added to has a copy. */
export const giveUp = ({entry}: Choice): Choice => ({
	entry, isSelected: false, isSelectable: false, isCopied: true, reason: 'backed up',
});

/** Content of an entry that is left out: a directory counts as unseen, unless it leads back to one above it, or nobody can miss it. */
export function contentLeftOut({kind, size}: Pick<Entry, 'kind' | 'size'>, reason: LeftOutReason): LeftOutContent {
	if (kind === 'directory') {
		return {...noContent, unseen: reason === 'loop' || harmlessReasons.has(reason) ? 0 : 1};
	}

	return kind === 'file' ? {files: 1, bytes: size, unseen: 0} : noContent;
}
