/** Whether the terminal is said to take UTF-8, by the first of the variables that is set, as in locale(7). */
export const isUtf8Locale = ({LC_ALL: all, LC_CTYPE: type, LANG: lang}: NodeJS.ProcessEnv): boolean =>
	/utf-?8/iv.test([all, type, lang].find(value => value !== undefined && value !== '') ?? '');
