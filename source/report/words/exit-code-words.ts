import type {exitCodes} from '../../exit/exit-codes.ts';

type ExitCodeWords = {
	/** For the help. */
	readonly help: string;
	/** For the manual, in Markdown. */
	readonly manual: string;
	/** The end of a run, as a sentence; `undefined` for codes of other commands. */
	readonly run: string | undefined;
};

/** The meaning of each exit code. */
export const exitCodeWords: Readonly<Record<keyof typeof exitCodes, ExitCodeWords>> = {
	done: {
		help: 'all done',
		manual: 'all done, or nothing to `--retry` or to `--add`; also: you left `browse`; `prune` had nothing to remove, or you said no; you quit before the start, or left the screen of a run that goes on',
		run: 'all that was selected is backed up.',
	},
	couldNotRun: {
		help: 'could not run, nothing kept',
		manual: 'could not run (also: the day\'s set is of another host or source, or is not a backup; `--plain`, and the input ended before the start was confirmed), '
			+ 'or the destination failed, or not one file could be copied; there is no new set unless the message says so (the destination was moved away: where)',
		run: 'nothing was backed up.',
	},
	usage: {
		help: 'wrong usage',
		manual: 'wrong usage: unknown flag, bad value, no terminal and neither `--yes` nor `--plain`',
		run: 'the backup was started in a way it doesn\'t understand.',
	},
	someFailed: {
		help: 'finished, some files failed',
		manual: 'finished: the set stands, some files failed (with `--retry`: still), or old sets could not be removed; `restore`, `prune`, `push`, `fetch`: some files or sets failed',
		run: 'finished, some files failed.',
	},
	alreadyExists: {
		help: 'today\'s backup already exists',
		manual: 'today\'s backup of this host and source already exists; nothing was done',
		run: 'today\'s backup already exists.',
	},
	damaged: {
		help: 'verify, cat, push, fetch: damaged',
		manual: '`verify` found something wrong, or `cat` a damaged copy; `restore`: all was restored that could be told of, but the manifest is damaged; `push --check`, `fetch`: a file at the remote is not as it was sent',
		run: undefined,
	},
	stale: {
		help: 'status: too old, partial or damaged',
		manual: '`status`: the newest set is too old, partial or damaged, or there is none; `remote --max-age`: that of a host is too old',
		run: undefined,
	},
	locked: {
		help: 'another run is under way',
		manual: 'another run is under way, or has taken the lock from this one; `push`, `fetch`: another push or fetch',
		run: 'another run holds the lock.',
	},
	noSpace: {
		help: 'not enough space',
		manual: 'not enough space: at the destination, or for what standard output leads to. Of a run, that is said on standard error, with how the backup went: a full log stops none',
		run: 'not enough space at the destination.',
	},
};

/** Any code above 128. */
export const signalWords: Omit<ExitCodeWords, 'run'> = {
	help: 'ended by signal N',
	manual: 'ended by signal N: 130 by Ctrl-C, 143 by SIGTERM, 141 when the reader of `--json` or `cat` went away',
};
