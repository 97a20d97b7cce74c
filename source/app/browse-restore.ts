import {access} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import path from 'node:path';
import {pathKey} from '../files/path-key.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import {type Directory} from '../files/directory.ts';
import {DestinationError} from '../files/errors.ts';
import {openTarget} from '../recovery/open-target.ts';
import {
	isOwnerLost,
	type PlannedFile,
	planRestore,
	previewRestore,
} from '../recovery/plan-restore.ts';
import {restoreFiles} from '../recovery/restoration.ts';
import {isRunUnderWay} from '../set/catalog.ts';
import {type OpenedSet, openSet} from '../set/open-set.ts';
import type {SetName} from '../set/names/set-names.ts';
import {displayText} from '../text/display-name.ts';
import type {RestoreOrder, RestorePreview, Work} from '../tui/sets/browser.ts';
import {absolutePath} from '../flags/working-directory.ts';

export async function openOrThrow(place: Directory, name: SetName): Promise<OpenedSet> {
	const set = await openSet(place, name, name.isStaging && await isRunUnderWay(place));

	if (!set) {
		throw new DestinationError(`the set of ${name.date} is gone`);
	}

	return set;
}

/** Plan for restoring the named paths of an opened set, or all of it if none are named. */
async function planOf(set: OpenedSet, paths: readonly Buffer[]): Promise<PlannedFile[]> {
	const wanted = new Set(paths.map(name => pathKey(name)));
	return planRestore(set, set.files.filter(file => wanted.size === 0 || wanted.has(pathKey(file.path))));
}

/** Notices before a restoration. */
function noticesFor({state, problem, date, doubt}: OpenedSet, plan: readonly PlannedFile[]): readonly string[] {
	return [
		...(state === 'damaged' ? [`The manifest of ${date} is damaged (${problem ?? ''}): what it does not tell of is checked by the copies' own checksums only.`] : []),
		...(doubt === undefined ? [] : [`Nothing vouches for the manifest of ${date}, by which names, modes and owners are restored: ${doubt}.`]),
		...(['foreign', 'empty'].includes(state)
			? [`The set of ${date} has no manifest of this program: modes, owners and times are those of the copies, `
				+ 'and content is checked by their own checksums only.']
			: []),
		...(isOwnerLost(plan) ? ['Only root can give files to others: what is restored belongs to you.'] : []),
	];
}

export async function preview(place: Directory, {name, paths, to, overwrite}: RestoreOrder): Promise<RestorePreview> {
	const set = await openOrThrow(place, name);
	await using _ = set.directory;
	const plan = await planOf(set, paths);
	const location = absolutePath(to);
	const target = await openTarget({
		location, destination: place, create: false, checkSpace: true,
	});

	if (!target) {
		await access(path.dirname(location)).catch(() => {
			throw new DestinationError(`${displayText(path.dirname(location))} doesn't exist, and only the last part of a directory is created`);
		});
	}

	const replaced: string[] = [];
	const blocked: Array<RestorePreview['blocked'][number]> = [];
	let bytes = 0;

	for await (const entry of previewRestore(plan, target, overwrite)) {
		if (entry.action === 'fail') {
			blocked.push({path: entry.path, reason: entry.reason});
			continue;
		}

		bytes += entry.size ?? 0;

		if (entry.action === 'replace') {
			replaced.push(entry.path);
		}
	}

	await target?.finish();
	return {
		files: plan.length, bytes, to: displayText(location), isNew: target === undefined, replaced, blocked, notices: noticesFor(set, plan),
	};
}

export async function restore(place: Directory, {name, paths, to, overwrite}: RestoreOrder, {report, signal}: Work): Promise<void> {
	const set = await openOrThrow(place, name);
	await using _ = set.directory;
	const plan = await planOf(set, paths);
	const location = absolutePath(to);
	const target = await openTarget({
		location, destination: place, create: true, checkSpace: true,
	});
	const restored = await restoreFiles({
		// Each waits for the disk as long as it computes.
		set, plan, target: target!, overwrite, jobs: 2 * availableParallelism(), report, signal,
	});
	report({
		message_type: 'restore_summary', exit_code: restored.files_failed > 0 ? exitCodes.someFailed : exitCodes.done, to: displayText(location), ...restored,
	});
}
