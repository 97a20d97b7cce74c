import type {BackupFlags} from './backup-flags.ts';

/** Way of drawing on the terminal. */
export type Drawing = {
	readonly hasColor: boolean;
	readonly isAscii: boolean;
	/** The terminal is at the end of a slow line. */
	readonly isSlow: boolean;
};

/** Whether the terminal is said to take UTF-8, by the first of the variables that is set, as in locale(7). */
const isUtf8Locale = ({LC_ALL: all, LC_CTYPE: type, LANG: lang}: NodeJS.ProcessEnv): boolean =>
	/utf-?8/iv.test([all, type, lang].find(value => value !== undefined && value !== '') ?? '');

/** By flags, and by the variables that ask for the same: sudo drops those, hence the flags. */
export const chooseDrawing = (
	{color, ascii, slow}: Pick<BackupFlags, 'color' | 'ascii' | 'slow'>,
	environment: NodeJS.ProcessEnv,
): Drawing => ({
	// https://no-color.org: set and not empty.
	hasColor: color && !environment.NO_COLOR,
	isAscii: ascii || !isUtf8Locale(environment),
	isSlow: slow,
});
