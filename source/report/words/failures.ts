import type {Reason} from '../../files/errors.ts';
import {formatCount} from '../../text/format.ts';

/** A file that could not be copied, as text for a person. */
export type FailedFile = {
	readonly path: string;
	readonly error: Pick<Reason, 'message' | 'remedy'>;
};

/** Why a file failed and, where that is known, what can be done about it, in one line: `permission denied (EACCES): run it with sudo`. */
export const reasonText = ({message, remedy}: FailedFile['error']): string =>
	remedy === undefined ? message : `${message}: ${remedy.slice(0, 1).toLowerCase()}${remedy.slice(1)}`;

/** Files that failed for one reason. */
export type FailureGroup<File extends FailedFile = FailedFile> = {
	readonly reason: string;
	readonly files: readonly File[];
};

/** Puts files together that failed for one reason, the most frequent reason first. */
export const groupFailures = <File extends FailedFile>(failures: readonly File[]): ReadonlyArray<FailureGroup<File>> =>
	Array.from(Map.groupBy(failures, ({error}) => reasonText(error)), ([reason, files]) => ({reason, files}))
		.toSorted((one, other) => other.files.length - one.files.length);

/** `38 files: permission denied (EACCES)`: the head over such files. */
export const groupText = (count: number, reason: string): string => `${formatCount(count, 'file')}: ${reason}`;
