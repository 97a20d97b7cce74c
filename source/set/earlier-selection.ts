import {setImmediate} from 'node:timers/promises';
import {pathKey} from '../files/path-key.ts';
import type {Directory} from '../files/directory.ts';
import {listSetNames} from './catalog.ts';
import {readCheckedManifest} from './checked-manifest.ts';
import {describeCurrent} from './latest.ts';
import {selectedPaths} from './manifest/manifest-text.ts';
import {isOf, type Whose} from './names/provenance.ts';

/** The selection for a set. */
export type EarlierSelection = {
	readonly date: string;
	/** Keys of the paths, as they were when they were listed: of all that was to be copied, whatever became of it. */
	readonly paths: ReadonlySet<string>;
};

/** Between so many entries of a manifest whoever else waits has a turn, such as a screen. */
const readAtOnce = 1000;

async function readPaths(text: string): Promise<ReadonlySet<string>> {
	const paths = new Set<string>();

	for (const path of selectedPaths(text)) {
		paths.add(pathKey(path));

		if (paths.size % readAtOnce === 0) {
			await setImmediate();
		}
	}

	return paths;
}

/**
Reads the selection of the newest finished set of a host and source, as far as its manifest can be relied on. `today` is the local date: a set of a day
to come is not meant.

@returns `undefined` if there is none.
@throws {DestinationError} If the destination cannot be listed.
*/
export async function readEarlierSelection(destination: Directory, {own, today}: {readonly own: Whose; readonly today: string}): Promise<EarlierSelection | undefined> {
	for (const {date, head, origin} of describeCurrent(destination, await listSetNames(destination), today)) {
		if (!head || !isOf(origin, own)) {
			continue;
		}

		await using set = await destination.openDirectory(date).catch(() => undefined);
		const manifest = set && await readCheckedManifest(set);

		if (manifest && 'text' in manifest && manifest.coverage === 'covered') {
			return {date, paths: await readPaths(manifest.text)};
		}
	}

	return undefined;
}
