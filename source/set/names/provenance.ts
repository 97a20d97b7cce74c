import {displayText} from '../../text/display-name.ts';

/** Where a set comes from. Of a set, texts are as they were found: unsafe to print. */
export type Origin = {
	readonly host: string;
	/** Tells hosts of the same name apart; missing where nothing is known, as in sets of earlier versions. */
	readonly machine?: string;
	/** Absolute path of the source directory. */
	readonly source: string;
};

/** Host and sources of the sets that are meant. */
export type Whose = {
	readonly host: string;
	/** Missing where nothing tells, or where the operator named the host, whose word then counts. */
	readonly machine?: string;
	/** Each path that the source directory may have had: as it was named, and what that leads to. Missing if it was not named: then any. */
	readonly sources?: readonly string[];
};

/**
A host is known by its name; two that have the same name, by their machine ids. (Not by these alone: copies of one virtual machine have the same,
and a host that was renamed can be named.)
*/
const isSameHost = (one: Omit<Origin, 'source'>, other: Omit<Origin, 'source'>): boolean => one.host === other.host
	&& (one.machine === undefined || other.machine === undefined || one.machine === other.machine);

export const isSameOrigin = (one: Origin, other: Origin): boolean => isSameHost(one, other) && one.source === other.source;

/** Whether a set of that origin is meant. What does not tell where it comes from, such as a set of the old script, may be anybody's. */
export const isOf = (origin: Origin | undefined, whose: Whose): boolean => origin === undefined
	|| (isSameHost(origin, whose) && (whose.sources?.includes(origin.source) ?? true));

/** `/var/log on web1`, safe to print; of a host of the same name that is another machine, with the beginning of its machine's number. */
export function describeOrigin({host, machine, source}: Origin, whose?: Whose): string {
	const isNamesake = whose?.host === host && whose.machine !== undefined && machine !== undefined && machine !== whose.machine;
	return `${displayText(source)} on ${displayText(host)}${isNamesake ? ` (another machine of that name, ${displayText(machine.slice(0, 8))})` : ''}`;
}

/** The same for a person. */
export const describeWhose = ({host, sources}: Whose): string => `${sources?.[0] === undefined ? '' : `${displayText(sources[0])} on `}${displayText(host)}`;
