import type {Reason} from '../../files/errors.ts';
import {formatCount} from '../../text/format.ts';

/** A file that could not be copied, as text for a person. */
export type FailedFile = {
	readonly path: string;
	readonly error: Pick<Reason, 'message' | 'code' | 'remedy'>;
};

/** Reasons whose remedy is for who is at a screen, too; others name flags. */
const denials: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM']);

/** Why a file failed, for a screen: `permission denied (EACCES): run it with sudo`. */
export const reasonText = ({message, code, remedy}: FailedFile['error']): string =>
	remedy === undefined || !denials.has(code) ? message : `${message}: ${remedy.slice(0, 1).toLowerCase()}${remedy.slice(1)}`;

/** Files that failed for one reason. */
export type FailureGroup<File extends FailedFile = FailedFile> = {
	readonly reason: string;
	readonly files: readonly File[];
};

/** Puts files together that failed for one reason, the most frequent reason first. `textOf`: how a reason is told. */
export const groupFailures = <File extends FailedFile>(failures: readonly File[], textOf = reasonText): ReadonlyArray<FailureGroup<File>> =>
	Array.from(Map.groupBy(failures, ({error}) => textOf(error)), ([reason, files]) => ({reason, files}))
		.toSorted((one, other) => other.files.length - one.files.length);

/** `38 files: permission denied (EACCES)`: the head over such files. */
export const groupText = (count: number, reason: string): string => `${formatCount(count, 'file')}: ${reason}`;
