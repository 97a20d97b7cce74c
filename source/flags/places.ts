import {realpathSync} from 'node:fs';
import {hostname} from 'node:os';
import path from 'node:path';
import {DestinationError} from '../files/errors.ts';
import {readMachine} from '../files/machine.ts';
import {leadsOverDistant, readMounts} from '../files/mount-table.ts';
import type {Origin, Whose} from '../set/names/provenance.ts';
import {absolutePath} from './working-directory.ts';

export const defaultSource = '/var/log';

/** Default destination of a source. */
export const defaultDestination = (source: string): string => path.join(source, 'backups');

/** Real path of the source, so that the default destination does not lead through a link; the path as given if it leads nowhere (opening it says why). */
function resolveSource(source: string): string {
	const absolute = absolutePath(source);

	try {
		return absolutePath(realpathSync(absolute));
	} catch (error) {
		if (error instanceof DestinationError) {
			throw error;
		}

		return absolute;
	}
}

/** Source and destination. */
export type Places = {
	/** Absolute paths. */
	readonly source: string;
	readonly destination: string;
	/** The source as it is, and as it was given. */
	readonly roots: readonly string[];
	/** Of the sets that are made. */
	readonly origin: Origin;
	/** The sets of this host and source. */
	readonly own: Whose;
	/** The sets that are to be read: of any source, where only their place was named. */
	readonly whose: Whose;
};

/**
Source and destination as absolute paths, from the values of `--source` and `--dest`; and whose sets are meant, from that of `--host` too.

@throws {ForeseenError} If one of them does not answer.
*/
export async function resolvePlaces(flags: {readonly source?: string | undefined; readonly dest?: string | undefined; readonly host?: string | undefined}): Promise<Places> {
	const given = flags.source ?? defaultSource;
	const mounts = readMounts();
	const distant = [given, flags.dest ?? defaultDestination(given)].map(place => absolutePath(place)).filter(place => leadsOverDistant(mounts, place));

	if (distant.length > 0) {
		const {awaitPlaces} = await import('./await-places.ts');
		await awaitPlaces(distant, mounts);
	}

	const source = resolveSource(given);
	const machine = flags.host === undefined ? readMachine() : undefined;
	const host = {host: flags.host ?? hostname(), ...(machine !== undefined && {machine})};
	const roots = [...new Set([source, absolutePath(given)])];
	// A directory that has moved, and is reached through a link in its old place, is the same source.
	const own = {...host, sources: roots};
	return {
		source,
		destination: absolutePath(flags.dest ?? defaultDestination(source)),
		roots,
		origin: {...host, source},
		own,
		whose: flags.source === undefined && flags.dest !== undefined ? host : own,
	};
}
