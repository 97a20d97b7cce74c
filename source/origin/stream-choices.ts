import {pathKey} from '../files/path-key.ts';
import {largestOf} from '../text/lists.ts';
import type {Entry} from './entry.ts';
import {type Choice, giveWay} from './selection.ts';
import type {ListedStreams, StreamGroup} from './streams.ts';

const nothingKnown = {size: 0, allocated: 0, modified: 0} as const;

/** The directory that stands for a group of streams in a list. */
const groupEntry = ({source: {name, group}, entries}: StreamGroup): Entry => ({
	...nothingKnown, path: Buffer.from(name), kind: 'directory', isReadable: true, from: name, group, modified: largestOf(entries.map(({modified}) => modified), 0),
});

/** What is not to be had: marked, as it would fail; or hidden from this user, and not to be marked: each by itself, or, where there is nothing else, the group as a whole. */
function lostChoices({source: {name, group}, entries, unavailable, hidden}: StreamGroup): readonly Choice[] {
	const lost = (path: Buffer): Entry => ({
		...nothingKnown, path, kind: 'stream', isReadable: false, from: name, group,
	});
	const isAllHidden = hidden.length > 0 && entries.length + unavailable.length === 0;
	return [
		...unavailable.map(({path, message}) => ({
			entry: lost(path), isSelected: true, isSelectable: true, reason: message,
		})),
		...(isAllHidden ? [Buffer.from(name)] : hidden).map(path => ({
			entry: lost(path), isSelected: false, isSelectable: false, skip: 'no_permission', reason: 'no permission to read',
		} as const)),
	];
}

/**
Streams for a list to choose from: for each group a directory, before all that is in it; one that cannot be listed at all stands for itself.

@param judge What the rules make of an entry.
*/
export const streamChoices = ({groups}: ListedStreams, judge: (entry: Entry) => Choice): readonly Choice[] => groups.flatMap(group => {
	const lost = lostChoices(group);
	const isWhole = lost.some(({entry}) => pathKey(entry.path) === group.source.name);
	const isPartial = group.hidden.length > 0;
	return isWhole
		? lost
		: [{
			entry: groupEntry(group), isSelected: true, isSelectable: true, ...(isPartial && {isPartial}),
		}, ...group.entries.map(entry => judge(entry)), ...lost];
});

/** What streams make of a choice among the files: one whose path in the set a stream has is left out, and of a directory is said that streams have what is in it. */
export function besideStreams({entries, unavailable, groups}: ListedStreams): (choice: Choice) => Choice {
	const taken = new Set([...entries, ...unavailable].map(({path}) => pathKey(path)));
	const covering = new Map(groups.map(({covers, source: {group}}) => [covers && pathKey(covers), group]));
	return choice => {
		const {entry, isSelected, skip} = choice;

		if (entry.kind === 'directory') {
			const group = covering.get(pathKey(entry.path));
			return group === undefined ? choice : {...choice, coveredBy: group, ...(skip === 'directory' && {skip: 'covered'})};
		}

		return isSelected && taken.has(pathKey(entry.path)) ? giveWay(choice) : choice;
	};
}
