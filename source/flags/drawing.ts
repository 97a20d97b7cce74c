import type {BackupFlags} from './backup-flags.ts';

/** How a terminal is drawn on. */
export type Drawing = {
	readonly hasColor: boolean;
	readonly isAscii: boolean;
	/** For a screen reader. */
	readonly isSpoken: boolean;
	/** The terminal is at the end of a slow line. */
	readonly isSlow: boolean;
};

/** Whether the terminal is said to take UTF-8, by the first of the variables that is set, as in locale(7). */
const isUtf8Locale = ({LC_ALL: all, LC_CTYPE: type, LANG: lang}: NodeJS.ProcessEnv): boolean =>
	/utf-?8/iv.test([all, type, lang].find(value => value !== undefined && value !== '') ?? '');

/** By flags, and by the variables that ask for the same: sudo drops those, hence the flags. */
export const chooseDrawing = (
	{color, ascii, screenReader, slow}: Pick<BackupFlags, 'color' | 'ascii' | 'screenReader' | 'slow'>,
	environment: NodeJS.ProcessEnv,
): Drawing => ({
	// https://no-color.org: set and not empty.
	hasColor: color && !environment.NO_COLOR,
	isAscii: ascii || !isUtf8Locale(environment),
	// The variable that programs made with Ink heed.
	isSpoken: screenReader || environment.INK_SCREEN_READER === 'true',
	isSlow: slow,
});
