import type {Directory} from '../../files/directory.ts';
import {DestinationError} from '../../files/errors.ts';
import {isRunUnderWay, listSetNames} from '../../set/catalog.ts';
import {type OpenedSet, openSet} from '../../set/open-set.ts';
import {findLatest} from '../../set/latest.ts';
import {isDate, type SetName} from '../../set/names/set-names.ts';
import {displayText} from '../../text/display-name.ts';
import {localDate} from '../../text/format.ts';
import {UsageError} from '../../flags/usage-error.ts';
import type {Invocation} from './command.ts';

/** Help for DATE. */
export const dateHelp = 'DATE is that of a set (YYYY-MM-DD), or `today`, or `latest`: the newest set of this host and source that is not of a day to come. '
	+ 'If there is none of theirs, it is the newest of all, and that is said.';

function noSuchSet(date: string, names: readonly SetName[], place: string): DestinationError {
	const dates = [...new Set(names.map(name => name.date))];
	const before = dates.find(other => other < date);
	const after = dates.findLast(other => other > date);
	const near = [before, after].filter(other => other !== undefined);
	const hint = near.length === 0 ? `there are none in ${displayText(place)}` : `the nearest ${near.length === 1 ? 'is' : 'are'} ${near.join(' and ')}`;
	return new DestinationError(`there is no set of ${date}: ${hint}`);
}

/** Criteria for choosing a set. `place`: the opened destination. */
type Choosing = Pick<Invocation, 'destination' | 'now' | 'whose' | 'error'> & {readonly place: Directory};

function noLatest(names: readonly SetName[], {destination, now}: Choosing): DestinationError {
	const today = localDate(now);
	const future = names.filter(({date, isStaging}) => !isStaging && date > today);
	const hint = future.length === 0 ? '' : `, but of days to come: ${future.map(({date}) => date).join(', ')}. If the clock is wrong, name one of them`;
	return new DestinationError(`there is no finished set in ${displayText(destination)}${hint}`);
}

/**
Finds what `latest` means, and says on standard error what might surprise.

@returns `undefined` if there is no backup at all.
*/
export async function chooseLatest(names: readonly SetName[], {place, now, whose, error}: Choosing): Promise<SetName | undefined> {
	const latest = await findLatest(place, names, {whose, today: localDate(now)});

	if (!latest) {
		return undefined;
	}

	if (latest.remark !== undefined) {
		error.write(`Note: ${latest.remark}\n`);
	}

	const {date, isStaging} = latest.overview;
	return {date, isStaging};
}

/**
Finds the set that a word of the command line means. Of a date with no finished set it is the staging directory, if there is one.

@throws {UsageError} If the word is not a date.
@throws {DestinationError} If there is no such set.
*/
export async function chooseSet(word: string, names: readonly SetName[], choosing: Choosing): Promise<SetName> {
	const {destination, now} = choosing;

	if (word === 'latest') {
		const latest = await chooseLatest(names, choosing);

		if (!latest) {
			throw noLatest(names, choosing);
		}

		return latest;
	}

	const date = word === 'today' ? localDate(now) : word;

	if (!isDate(date)) {
		throw new UsageError(`not the date of a set: ${word}`, {remedy: 'Give it as YYYY-MM-DD, latest or today'});
	}

	const chosen = names.findLast(name => name.date === date);

	if (!chosen) {
		throw noSuchSet(date, names, destination);
	}

	return chosen;
}

/**
Opens the set that a word of the command line means.

@throws {UsageError} If the word is not a date.
@throws {DestinationError} If there is no such set, or it cannot be opened.
*/
export async function openChosen(word: string, destination: Directory, invocation: Invocation): Promise<OpenedSet> {
	const names = await listSetNames(destination);
	const name = await chooseSet(word, names, {...invocation, place: destination});
	const opened = await openSet(destination, name, name.isStaging && await isRunUnderWay(destination));

	if (!opened) {
		throw noSuchSet(name.date, names, invocation.destination);
	}

	return opened;
}

/** Says what keeps a set's manifest from being relied on; nothing, if nothing does. */
export function tellDoubts({date, state, problem, doubt}: OpenedSet, error: Invocation['error']): void {
	if (state === 'damaged') {
		error.write(`Note: the manifest of ${date} is damaged (${problem ?? ''}); files that it does not tell of are known by the names of their copies, and checked by their own checksums only\n`);
	} else if (doubt !== undefined) {
		error.write(`Note: nothing vouches for the manifest of ${date}: ${doubt}\n`);
	}
}
