/** Facts known at the start, before anything is read, as text for a person. */
export type Facts = {
	readonly version: string;
	readonly host: string;
	/** Who runs it; missing where that makes no difference. */
	readonly user?: string | undefined;
	readonly source: string;
	readonly destination: string;
	/** `YYYY-MM-DD`, fixed once at the start. */
	readonly date: string;
	/** The directory the set will have. */
	readonly set: string;
	/** The end of the last run, if it made no set. */
	readonly lastRun: string | undefined;
	/** The configurations that were read. */
	readonly configuration?: string | undefined;
};

/** All that the header says. */
export type Heading = {
	readonly version: string;
	readonly host: string;
	/** The configurations that were read. */
	readonly configuration?: string | undefined;
	/** The source; missing on screens that are about sets alone. */
	readonly from?: string | undefined;
	/** The directory of the sets, or of the one set that the screen is about. */
	readonly to: string;
	/** A line of its own, where there is room; `isBad`: nothing goes on before something is done about it. */
	readonly remark?: string | undefined;
	readonly isBad?: boolean;
};

/** The header before a run: what would be backed up, to where, and how the last run ended if that made no set. */
export const routeHeading = ({version, host, configuration, source, set, lastRun}: Facts): Heading => ({
	version, host, configuration, from: source, to: set, remark: lastRun,
});

/** A path below a directory. */
export const pathBelow = (directory: string, name: string): string => `${directory === '/' ? '' : directory}/${name}`;
