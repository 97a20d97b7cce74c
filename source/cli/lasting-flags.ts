import {availableParallelism} from 'node:os';
import {localDate} from '../text/format.ts';
import {keepFlags} from './keep-flags.ts';
import {defaultLevel, type Options} from './options.ts';
import {defaultDestination, defaultSource} from './places.ts';

const setFlags = (flags: ReadonlyArray<readonly [flag: string, isSet: boolean]>): string[] => flags.filter(([, isSet]) => isSet).map(([flag]) => flag);

/** The flags that say how to copy, wherever they are not the default. */
export function copyFlags({level, jobs, engine, full, verbose, verify, reserve, checkSpace, lockWait, keep}: Options): readonly string[] {
	return [...setFlags([
		[`--level=${level}`, level !== defaultLevel],
		[`--jobs=${jobs}`, jobs !== availableParallelism()],
		[`--engine=${engine}`, engine !== undefined],
		['--full', full],
		['--verbose', verbose],
		['--no-verify', !verify],
		[`--reserve=${reserve && ('bytes' in reserve ? reserve.bytes : `${reserve.fraction * 100}%`)}`, reserve !== undefined],
		['--no-space-check', !checkSpace],
		[`--lock-wait=${lockWait / 1000}`, lockWait > 0],
	]), ...(keep ? keepFlags(keep) : [])];
}

/** The flags that select files in directories. */
export const selectFlags = ({include, exclude, recursive, crossFileSystems}: Options): readonly string[] => [
	...setFlags([
		['--recursive', recursive],
		['--cross-file-systems', crossFileSystems],
	]),
	...include.map(glob => `--include=${glob}`),
	...exclude.map(glob => `--exclude=${glob}`),
];

/** The flags that bring options about again, but those that select files, and those that say how to run. */
export function lastingFlags(options: Options): readonly string[] {
	const {source, destination, host, date, crossFileSystems} = options;
	return [
		...setFlags([
			[`--source=${source}`, source !== defaultSource],
			[`--dest=${destination}`, destination !== defaultDestination(source)],
			[`--host=${host}`, host !== undefined],
			['--cross-file-systems', crossFileSystems],
		]),
		...copyFlags(options),
		...setFlags([[`--date=${date}`, date !== localDate(new Date())]]),
	];
}
