/** Form of a date. Manifests may hold one that is in no calendar; names of sets do not. */
export const datePattern = /^\d{4}-\d{2}-\d{2}$/v;

/** Whether a text is the date of a day in the calendar, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
	const time = datePattern.test(text) ? Date.parse(text) : NaN;
	// A date that is in no calendar, such as February 30, is none or becomes another one.
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The directory where the set of a date grows until it is published. */
export const stagingName = (date: string): string => `.${date}.partial`;

/** Date and kind of a directory at the destination, parsed from its name. */
export type SetName = {
	/** `YYYY-MM-DD`. */
	readonly date: string;
	/** Whether it is where the set of that date grows (`.DATE.partial`), and not the finished set. */
	readonly isStaging: boolean;
};

/** @returns `undefined` for what is neither the name of a set nor of a staging directory. */
export function parseSetName(name: string): SetName | undefined {
	const staged = /^\.(?<date>[^.]+)\.partial$/v.exec(name)?.groups?.date;
	const date = staged ?? name;
	return isDate(date) ? {date, isStaging: staged !== undefined} : undefined;
}

/** Where the files of a set are, below the destination: undoes `parseSetName`. */
export const directoryName = ({date, isStaging}: SetName): string => isStaging ? stagingName(date) : date;
