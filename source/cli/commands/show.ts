import {exitCodes} from '../../backup/exit-codes.ts';
import type {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import {diffJson, diffLines} from '../../report/set-changes.ts';
import {
	type ListedFile,
	showJson,
	showLines,
	sortListed,
} from '../../report/set-files.ts';
import {compareSets} from '../../set/compare.ts';
import {openForReading} from '../../set/destination.ts';
import {readAllFacts} from '../../set/file-facts.ts';
import type {OpenedSet} from '../../set/open-set.ts';
import {displayText} from '../../text/display-name.ts';
import {compileWords} from '../choose-files.ts';
import {dateHelp, openChosen, tellDoubts} from '../choose-set.ts';
import {type Command, commonHelp, type Invocation} from '../command.ts';

const help = `
  Show the files of a set: how each went, its size, the size of its copy, and what is to be known of it.

  Usage
    $ logbackup-tui show DATE [GLOB...]
    $ logbackup-tui show DATE [GLOB...] --diff DATE2

  ${dateHelp}
  With GLOBs, only files that one of them matches. Quote them.

  --diff DATE2         how the files differ between the two sets, from the older to the newer:
                       added, gone, grown, changed, rotated (to another name), unchanged
${commonHelp}
  --json               print a line of JSON for each

  Examples
    $ sudo logbackup-tui show latest
    $ sudo logbackup-tui show 2026-03-14 '*.log' 'nginx/*'
    $ sudo logbackup-tui show 2026-03-14 --diff latest

  Exit codes
    0 shown      1 no such set, or no file matches      2 wrong usage
`;

type Matches = (path: Buffer) => boolean;

const matchAny = (matchers: readonly Matches[]): Matches => path => matchers.length === 0 || matchers.some(matches => matches(path));

function refuseNone(count: number, globs: readonly string[], dates: string): void {
	if (count === 0 && globs.length > 0) {
		throw new DestinationError(`no file in ${dates} matches ${globs.map(glob => displayText(glob)).join(' ')}`);
	}
}

async function listFiles(set: OpenedSet, matches: Matches): Promise<ListedFile[]> {
	const facts = new Map((await readAllFacts(set, matches)).map(fact => [fact.path, fact]));
	return sortListed([
		...set.files.filter(({path}) => facts.has(path)).map(file => ({file, facts: facts.get(file.path)!})),
		...set.missing.filter(({path}) => matches(path)).map(missing => ({missing})),
	]);
}

/** How a set differs from another, as lines; the order in which they are named doesn't matter. */
async function describeDifference(place: Directory, invocation: Invocation, set: OpenedSet): Promise<readonly object[] | readonly string[]> {
	const globs = invocation.words.slice(1);
	const other = await openChosen(invocation.values('diff')[0]!, place, invocation);
	await using _ = other.directory;
	tellDoubts(other, invocation.error);
	const [older, newer] = set.date < other.date ? [set, other] : [other, set];
	const span = {older: older.date, newer: newer.date};
	const matchers = [older, newer].map(one => matchAny(compileWords(one, invocation)));
	const all = compareSets(await readAllFacts(older), await readAllFacts(newer));
	const changes = all.filter(({before, after}) => [before, after].some((facts, index) => facts && matchers[index]!(facts.path)));
	refuseNone(changes.length, globs, `the sets of ${span.older} and ${span.newer}`);
	return invocation.isJson ? diffJson(span, changes) : diffLines(span, changes);
}

async function describeFiles(set: OpenedSet, invocation: Invocation): Promise<readonly object[] | readonly string[]> {
	const files = await listFiles(set, matchAny(compileWords(set, invocation)));
	refuseNone(files.length, invocation.words.slice(1), `the set of ${set.date}`);
	return invocation.isJson ? showJson(set, files) : showLines(set, files);
}

async function run(invocation: Invocation): Promise<number> {
	const {words, values, destination, out, error} = invocation;
	await using place = await openForReading(destination);
	const set = await openChosen(words[0]!, place, invocation);
	await using _ = set.directory;
	tellDoubts(set, error);
	const lines = values('diff').length > 0 ? await describeDifference(place, invocation, set) : await describeFiles(set, invocation);
	out.write(lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
	return exitCodes.done;
}

export const showCommand: Command = {
	help,
	flags: {diff: {takes: 'the date of a set'}, json: {}},
	words: {minimum: 1, maximum: Infinity, missing: 'show takes the date of a set'},
	run,
};
