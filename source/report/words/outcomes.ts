import type {FileEvent} from '../../backup/events.ts';

/** Outcome of a file, as in events and manifests. */
export type FileOutcome = FileEvent['outcome'] | 'failed';

/** Each outcome in a word, for lists and at the start of lines. */
export const outcomeWords: Readonly<Record<FileOutcome, string>> = {
	done: 'done', reused: 'unchanged', vanished: 'vanished', failed: 'failed',
};

/** Of a file that was listed and had gone when it was to be copied. */
export const vanishedText = 'vanished before its turn';

/** Of a copy that is a further link of an earlier one. `date`: of the set it is linked from, where that is known. */
export const linkedText = (date: string | undefined): string => `linked from ${date ?? 'an earlier set'}`;

/** Outcome of a file without a copy; its name is not included. */
export const missingText = ({outcome, error}: {readonly outcome: 'failed' | 'vanished'; readonly error?: {readonly message: string}}): string =>
	outcome === 'vanished' ? vanishedText : `failed${error ? `: ${error.message}` : ''}`;
