import {pathKey} from '../files/path-key.ts';
import {parentPaths} from '../files/directory.ts';
import {isJournalDay} from '../origin/journal-facts.ts';
import {readFacts} from '../set/file-facts.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import type {OpenedSet, SetFile} from '../set/open-set.ts';
import type {RestoreEvent} from './restore-events.ts';
import {journalPath} from './restore-day.ts';
import type {RestoreTarget} from './restore-target.ts';

/** A file to restore. */
export type PlannedFile = {
	readonly file: SetFile;
	/** Bytes of content; missing where nothing tells. */
	readonly size?: number;
	/** Where it is restored to, if not under the path that it had. */
	readonly place?: Buffer;
	/** Why it cannot be, whatever is at the target. */
	readonly problem?: string;
};

/**
Looks for files of a set that cannot stand in one tree, which only a damaged manifest has; and tells how large each is.

@param set Where its copies are; missing while those that a manifest tells of are still at a remote.
@param asJournal Whether days of the journal become journals.
*/
export async function planRestore({directory}: Partial<Pick<OpenedSet, 'directory'>>, files: readonly SetFile[], asJournal = false): Promise<PlannedFile[]> {
	const paths = new Set(files.map(({path}) => pathKey(path)));
	const seen = new Set<string>();
	const plan: PlannedFile[] = [];

	for (const file of files) {
		const {bytesIn: size} = directory ? await readFacts(directory, file) : file.record ?? {};
		const known = {file, ...(size !== undefined && {size}), ...(asJournal && isJournalDay(file) && {place: journalPath(file)})};

		if (seen.has(pathKey(file.path))) {
			plan.push({...known, problem: 'another file of the set has the same path'});
		} else if (parentPaths(file.path).some(parent => paths.has(pathKey(parent)))) {
			plan.push({...known, problem: 'what should be its directory is another file of the set'});
		} else {
			plan.push(known);
		}

		seen.add(pathKey(file.path));
	}

	return plan;
}

/** Bytes, as far as is known before. */
export const totalSize = (plan: readonly PlannedFile[]): number => plan.reduce((sum, {size = 0}) => sum + size, 0);

type RestoreEntry = Extract<RestoreEvent, {message_type: 'entry'}>;

/** Predicts the outcome for each file without writing. */
export async function * previewRestore(plan: readonly PlannedFile[], target: RestoreTarget | undefined, overwrite: boolean): AsyncGenerator<RestoreEntry> {
	for (const {file, size, problem, place = file.path} of plan) {
		const obstacle = problem === undefined ? await target?.look(place) : {reason: problem, isReplaceable: false};
		const isReplaced = overwrite && obstacle?.isReplaceable;
		const entry = {message_type: 'entry', ...nameFields('path', file.path), ...(size !== undefined && {size})} as const;
		yield obstacle && !isReplaced ? {...entry, action: 'fail', reason: obstacle.reason} : {...entry, action: isReplaced ? 'replace' : 'restore'};
	}
}

/** Whether files will belong to who restores them, and not to their owners: only root can give files away. */
export function isOwnerLost(plan: readonly PlannedFile[]): boolean {
	const user = process.geteuid!();
	return user !== 0 && plan.some(({file: {record}}) => record && record.source.uid !== user);
}
