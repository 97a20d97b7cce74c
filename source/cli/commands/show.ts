import {exitCodes} from '../../exit/exit-codes.ts';
import type {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import {diffJson, diffLines} from '../../report/set-changes.ts';
import {
	type ShownFile,
	showJson,
	showLines,
	sortListed,
} from '../../report/set-files.ts';
import {compareSets} from '../../set/set-differences.ts';
import {openForReading} from '../../set/destination.ts';
import {readAllFacts} from '../../set/file-facts.ts';
import type {OpenedSet} from '../../set/open-set.ts';
import {displayText} from '../../text/display-name.ts';
import {compileWords, type Matches} from '../command/choose-files.ts';
import {dateHelp, openChosen, tellDoubts} from '../command/choose-set.ts';
import {defineCommand, type Invocation} from '../command/command.ts';
import {quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {dateOfSet} from '../../flags/values.ts';

const flags = {
	diff: {
		...dateOfSet,
		placeholder: 'DATE2',
		isConfigurable: false,
		help: 'how the files differ between the two sets, from the older to the newer: added, gone, grown, changed, rotated (to another name), unchanged',
	},
	...quietFlag,
	json: {isConfigurable: false, help: 'print a line of JSON for each'},
} as const satisfies FlagTable;

type ShowInvocation = Invocation<typeof flags>;

function tellOfSet(set: OpenedSet, {flags: {quiet}, error}: ShowInvocation): void {
	if (!quiet) {
		tellDoubts(set, error);
	}
}

const matchAny = (matchers: readonly Matches[]): Matches => path => matchers.length === 0 || matchers.some(matches => matches(path));

function refuseNone(count: number, globs: readonly string[], dates: string): void {
	if (count === 0 && globs.length > 0) {
		throw new DestinationError(`no file in ${dates} matches ${globs.map(glob => displayText(glob)).join(' ')}`);
	}
}

async function listFiles(set: OpenedSet, matches: Matches): Promise<ShownFile[]> {
	const read = await readAllFacts(set, matches);
	const facts = new Map(read.map(fact => [fact.path, fact]));
	return sortListed([
		...set.files.filter(({path}) => facts.has(path)).map(file => ({file, facts: facts.get(file.path)!})),
		...set.missing.filter(({path}) => matches(path)).map(missing => ({missing})),
	]);
}

/** Differences between two sets, as lines; the order in which they are named does not matter. */
async function describeDifference({place, diff}: {readonly place: Directory; readonly diff: string}, invocation: ShowInvocation, set: OpenedSet): Promise<readonly object[] | readonly string[]> {
	const globs = invocation.words.slice(1);
	const other = await openChosen(diff, place, invocation);
	await using _ = other.directory;
	tellOfSet(other, invocation);
	const [older, newer] = set.date < other.date ? [set, other] : [other, set];
	const span = {older: older.date, newer: newer.date};
	const matchers = [older, newer].map(one => matchAny(compileWords(one, invocation)));
	const all = compareSets(await readAllFacts(older), await readAllFacts(newer));
	const changes = all.filter(({before, after}) => [before, after].some((facts, index) => facts && matchers[index]!(facts.path)));
	refuseNone(changes.length, globs, `the sets of ${span.older} and ${span.newer}`);
	return invocation.flags.json ? diffJson(span, changes) : diffLines(span, changes);
}

async function describeFiles(set: OpenedSet, invocation: ShowInvocation): Promise<readonly object[] | readonly string[]> {
	const files = await listFiles(set, matchAny(compileWords(set, invocation)));
	refuseNone(files.length, invocation.words.slice(1), `the set of ${set.date}`);
	return invocation.flags.json ? showJson(set, files) : showLines(set, files);
}

async function run(invocation: ShowInvocation): Promise<number> {
	const {words, flags: {diff, quiet}, destination, out} = invocation;
	await using place = await openForReading(destination);
	const set = await openChosen(words[0]!, place, invocation);
	await using _ = set.directory;
	tellOfSet(set, invocation);
	const lines = diff === undefined ? await describeFiles(set, invocation) : await describeDifference({place, diff}, invocation, set);

	if (!quiet) {
		out.write(lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
	}

	return exitCodes.done;
}

export const showCommand = defineCommand({
	description: ['Show the files of a set: how each went, its size, the size of its copy, and what is to be known of it.'],
	usage: ['show DATE [GLOB...]', 'show DATE [GLOB...] --diff DATE2'],
	details: [dateHelp, 'With GLOBs, only files that one of them matches. Quote them.'],
	flags,
	examples: ['show latest', 'show 2026-03-14 \'*.log\' \'nginx/*\'', 'show 2026-03-14 --diff latest'],
	exitCodes: {0: 'shown', 1: 'no such set, or no file matches', 2: 'wrong usage'},
	words: {
		minimum: 1, maximum: Infinity, missing: 'show takes the date of a set', complete: ['set', 'copy'],
	},
	run,
});
