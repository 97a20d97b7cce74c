import {someDate} from '../support/sandbox.ts';
import {checkerName, type Facts, type SetFacts} from '../support/checker.ts';
import type {BackupScenario} from './backup-scenarios.ts';
import {isStaged, ofLinks} from './errnos.ts';
import type {Point} from './points.ts';
import {type Ended, isNoSpace, type Trial} from './trials.ts';

export type BackupTrial = Trial<BackupScenario> & {
	/** Where in the reference run the lock is taken, and where the set is published. */
	readonly lockedAt: number;
	readonly publishedAt: number;
	/** Whose copy gets its name by a link from here, or has it in the staging directory. */
	readonly copies: ReadonlyMap<string, string>;
};

const noSet: Pick<SetFacts, 'done' | 'failed' | 'vanished'> = {done: [], failed: [], vanished: []};

const same = (one: readonly string[] = [], other: readonly string[] = []) => one.length === other.length && one.every((name, index) => name === other[index]);

const setIn = ({sets}: Facts): SetFacts | undefined => sets[someDate];

/** Whether the set holds a copy of everything. */
export const isPerfect = (facts: Facts, scenario: BackupScenario) => same(facts.sets[someDate]?.done, scenario.names);

/** The files that a fault of a call on the source may cost: one; of a directory in the source, those in it; of the source itself, none alone. */
function filesOf({point, scenario}: BackupTrial): readonly string[] {
	const object = checkerName(point.object);
	return scenario.names.filter(name => name === object || name.startsWith(`${object}/`));
}

/** Whether a set that stood before has neither more nor less. */
function isAsBefore({names, lacks}: BackupScenario, facts: Facts): boolean {
	const set = facts.sets[someDate];
	return same(lacks ?? [''], names.filter(name => !set?.done.includes(name))) && same(lacks, set?.failed);
}

/** Whether a run is as good as before, for all that a call on the source failed; `files` are those that it may cost. */
function isUnharmed({scenario, point}: BackupTrial, files: readonly string[], {code}: Ended, facts: Facts): boolean {
	// Nothing that was selected, but who can tell when it cannot be looked at: it may be called a failure of its own.
	const isNamed = files.length === 0 && code === 3 && same(facts.sets[someDate]?.failed, [checkerName(point.object)]);
	return isPerfect(facts, scenario) && (code === 0 || isNamed);
}

/** What is wrong after a call on the source failed. */
export function judgeSourceFault(trial: BackupTrial, errno: string, run: Ended, facts: Facts): string[] {
	const {scenario} = trial;
	const {code, stderr} = run;
	const files = filesOf(trial);
	const set = facts.sets[someDate];

	if (isUnharmed(trial, files, run, facts) || (isAsBefore(scenario, facts) && [1, 3].includes(code))) {
		return [];
	}

	if (files.length === 0) {
		return code === 1 && !set ? [] : [`the source cannot be read: exit code ${code} instead of 1, ${set ? 'a set' : 'no set'}: ${stderr}`];
	}

	const {done, failed, vanished} = set ?? noSet;
	const missing = scenario.names.filter(name => !done.includes(name));
	const isCause = missing.length === 1 && files.includes(missing[0]!);
	const isVanished = errno === 'ENOENT' && code === 0 && same(vanished, missing);
	const isFailed = code === 3 && same(failed, missing) && stderr.includes('Failed to backup');
	const outcome = `failed: ${failed.join(', ')}, vanished: ${vanished.join(', ')}, not there: ${set ? missing.join(', ') : 'all (no set)'}`;
	return isCause && (isVanished || isFailed) ? [] : [`it should cost ${files.join(' or ')} alone: exit code ${code}, ${outcome}: ${stderr}`];
}

/**
Calls whose failure may leave the run as good as before: the kernel's lock, and the question of whether it tells all, have a fallback, and so has syncing many files at once; what an interrupted run left, or an earlier set has, can be copied anew,
manifest and checksums of a set that is completed are looked at more than once, and a run does without those that follow it, for whom it opens its destination once more, and without a note for the next one.
*/
const isOptional = ({point: {syscall, object, creates, where, index}, scenario: {template, lacks, earlier}, lockedAt}: BackupTrial) => syscall === 'flock' || syscall === 'syncfs'
	|| (lacks !== undefined && [`${someDate}/manifest.json`, `${someDate}/SHA256SUMS`].includes(object) && /^(?:openat|read|pread64|statx)$/v.test(syscall))
	// A name that an interrupted completion has given already: if nobody can tell whose it is, the set is put back and completed anew.
	|| (lacks !== undefined && template !== undefined && syscall === 'statx' && object.startsWith(`${someDate}/`))
	|| (earlier !== undefined && (object === earlier || object.startsWith(`${earlier}/`)) && /^(?:openat|read|pread64|statx|newfstatat|getdents64)$/v.test(syscall))
	|| /^\.(?:last-run\.(?:json|tmp)|socket|events)$/v.test(object)
	|| (index > lockedAt && (where === 'way' || object === '') && /^(?:openat|statx|fstat)$/v.test(syscall))
	|| (index < lockedAt && syscall === 'statfs')
	// Whether the way leads over a file system that may not answer: what cannot be read as a link is taken for none, and met again when it is opened.
	|| (index < lockedAt && syscall === 'readlink' && object === '')
	|| (template !== undefined && !creates && /^(?:openat|read|pread64|statx|getdents64)$/v.test(syscall) && /^\.[^\/]+\.partial(?:\/(?!\.logbackup)|$)/v.test(object))
	// It tells whose that is, and what is whole: without it, that is taken for one's own, and all is copied anew.
	|| (template !== undefined && !creates && /^(?:openat|read|pread64|statx)$/v.test(syscall) && object.endsWith('.partial/.logbackup/journal'));

/** A set that stood before stands, with what it had at least, and still names what it lacks. */
export function judgeStanding({names, lacks}: BackupScenario, facts: Facts): string[] {
	const set = facts.sets[someDate];
	const missing = names.filter(name => !set?.done.includes(name));
	return set && missing.every(name => lacks!.includes(name) && set.failed.includes(name)) ? [] : [`the set that stood before lacks ${missing.join(', ')}`];
}

/** A set from which copies are linked stays what it is. */
export function judgeEarlier({earlier, names}: BackupScenario, facts: Facts): string[] {
	return earlier === undefined || same(facts.sets[earlier]?.done, names) ? [] : [`the earlier set has ${facts.sets[earlier]?.done.join(', ') ?? 'gone'}`];
}

/**
What a run looks at now and then, too, by the clock: whether it still has its lock and its place, and what is free. How often it did so before it published its set
cannot be told from the number of a call.
*/
const isTimed = ({point: {syscall, object, index}, lockedAt}: BackupTrial) => index > lockedAt && /^(?:statx|statfs)$/v.test(syscall) && (object === '' || object === '.lock');

function judgeBeforePublished({scenario}: BackupTrial, expected: number, run: Ended, facts: Facts): string[] {
	return [
		...(run.code === expected ? [] : [`exit code ${run.code} instead of ${expected}: ${run.stderr}`]),
		...(scenario.lacks ? judgeStanding(scenario, facts) : (setIn(facts) ? ['a set was published all the same'] : [])),
	];
}

/** What fails after the set has its name cannot take it back. */
function judgeAfterPublished({scenario}: BackupTrial, expected: number, {code, stderr}: Ended, facts: Facts): string[] {
	const isLeft = isPerfect(facts, scenario) && [0, expected].includes(code) && !stderr.includes('kept for the next run');
	const isTold = code === 0 || scenario.lacks !== undefined || stderr.includes(`the set ${someDate} stands`);
	return isLeft && isTold ? [] : [`exit code ${code}, set: ${setIn(facts) ? 'there' : 'none'}, after a fault that came too late to matter: ${stderr}`];
}

/** What is wrong after a call on the destination failed. */
export function judgeDestinationFault(trial: BackupTrial, errno: string, run: Ended, facts: Facts): string[] {
	const {point, scenario, publishedAt} = trial;

	// Without hard links, or under another name, the copies are there all the same.
	const isLinkless = point.syscall.startsWith('link') && ['EPERM', 'EMLINK', 'EINVAL', 'ENAMETOOLONG'].includes(errno);

	if ((isOptional(trial) || isLinkless) && isPerfect(facts, scenario) && run.code === 0) {
		return [];
	}

	const expected = isNoSpace(errno) ? 14 : 1;
	const [likely, other] = point.index > publishedAt ? [judgeAfterPublished, judgeBeforePublished] : [judgeBeforePublished, judgeAfterPublished];
	const violations = likely(trial, expected, run, facts);
	return isTimed(trial) && other(trial, expected, run, facts).length === 0 ? [] : violations;
}

const isDraft = (object: string) => /\.partial\/\.logbackup\/\d+\.tmp$/v.test(object);

/** What a copy does without, if a call that gives it that is refused. */
export const unkeptIn = ({syscall, object}: Point): string | undefined => isDraft(object) ? {fchown: 'owner', fchmod: 'mode', utimensat: 'time'}[syscall] : undefined;

/** Whether a refusal is about one copy, as its name in the staging directory, and what it has beside content, are. What one set took, the other one cannot refuse for being a name. */
function isOfOneCopy({point: {syscall, object}, copies}: BackupTrial, errno: string): boolean {
	if (syscall === 'link') {
		return copies.has(checkerName(object)) && (!isStaged(object) || ofLinks.includes(errno));
	}

	return syscall === 'mkdir' ? isStaged(object) : (syscall === 'openat' ? copies.has(checkerName(object)) : isDraft(object));
}

/** What is wrong after a file system refused a call for what was asked: nothing may come of it but another name, a copy without what was refused, or one file that fails. */
export function judgeRefusal(trial: BackupTrial, errno: string, run: Ended, facts: Facts): string[] {
	const {scenario, point: {syscall, object}, copies} = trial;
	const {code, stderr} = run;

	if (isPerfect(facts, scenario) && code === 0) {
		return [];
	}

	if (!isOfOneCopy(trial, errno)) {
		return judgeDestinationFault(trial, errno, run, facts);
	}

	const isForNothing = syscall === 'mkdir' || unkeptIn(trial.point) !== undefined || ofLinks.includes(errno);
	const victim = isForNothing ? undefined : copies.get(checkerName(object));
	const set = setIn(facts);
	const {done, failed} = set ?? noSet;
	const missing = scenario.names.filter(name => !done.includes(name));
	const isAlone = victim !== undefined && same(missing, [victim]) && same(failed, missing);
	return isAlone && code === 3 && stderr.includes('Failed to backup')
		? []
		: [`it should cost ${victim === undefined ? 'nothing' : `nothing, or ${victim} alone`}: exit code ${code}, failed: ${failed.join(', ')}, not there: ${set ? missing.join(', ') : 'all (no set)'}: ${stderr}`];
}
