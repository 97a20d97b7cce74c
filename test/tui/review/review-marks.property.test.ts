/*
What was marked stays marked, and nothing else: whatever order rows turn up in, however often the list is read anew, sorted, filtered and opened.
*/
import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Choice} from '../../../source/origin/selection.ts';
import type {State} from '../../../source/tui/state.ts';
import {
	after,
	begin,
	commands,
	directoryOf,
	fileOf,
	marked,
	now,
	skipOf,
} from '../../support/screen-fixtures.ts';

const directories = new Set(['d', 'd/e', 'z']);
const files = ['a', 'b', 'wtmp', 'd/x', 'd/y', 'd/wtmp', 'd/e/deep', 'z/1', 'z/2'];
/** Each directory is read as a whole, the source too, in any order in which a directory comes after the one that it is in. */
const places = ['', ...directories];

const parentOf = (path: string) => path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
const choiceOf = (path: string): Choice => directories.has(path)
	? directoryOf(path)
	: (path.endsWith('wtmp') ? skipOf(path) : {...fileOf(path), isSelected: parentOf(path) === ''});
const entriesOf = (place: string) => [...directories, ...files].filter(path => parentOf(path) === place);

/** Reads the next directory, the `pick`-th of those that can be read. */
function readNext(state: State, read: ReadonlySet<string>, pick: number): {readonly state: State; readonly place: string | undefined} {
	const ready = places.filter(place => !read.has(place) && (place === '' || read.has(parentOf(place))));
	const place = ready[pick % Math.max(1, ready.length)];

	if (place === undefined) {
		return {state, place};
	}

	const told = after(state, {type: 'scanned', choices: entriesOf(place).map(path => choiceOf(path)), now}, {type: 'foldersRead', folders: [{path: Buffer.from(place)}]});
	return {state: place === '' ? after(told, {type: 'scanEnded'}) : told, place};
}

type Step = {readonly kind: 'read' | 'toggle' | 'again' | 'other'; readonly pick: number};

const others = ['sort', 'sortName', 'sortSize', 'sortAge', 'measure', 'first', 'last', 'down', 'up', 'open', 'close', 'details', 'command', 'back', 'range', 'clear'] as const;

const step: fc.Arbitrary<Step> = fc.record({kind: fc.constantFrom('read', 'read', 'toggle', 'toggle', 'again', 'other'), pick: fc.nat(1000)});

const numberOf = (state: State, path: string) => state.review.rows.findIndex(({key}) => key === path);

type Played = {
	readonly state: State;
	/** The directories that have been read since the list was read anew. */
	readonly read: ReadonlySet<string>;
	/** What is marked. */
	readonly model: ReadonlySet<string>;
};

const acts: Readonly<Record<Step['kind'], (played: Played, pick: number) => Played>> = {
	read(played, pick) {
		const {state, place} = readNext(played.state, played.read, pick);
		return {...played, state, read: place === undefined ? played.read : new Set([...played.read, place])};
	},
	toggle(played, pick) {
		const path = files[pick % files.length]!;
		const number = numberOf(played.state, path);
		return number === -1
			? played
			: {...played, state: after(played.state, {type: 'named', act: {kind: 'mark', numbers: [number]}}), model: played.model.symmetricDifference(new Set([path]))};
	},
	again: (played, pick) => ({
		...played, state: commands(played.state, ...(pick % 3 === 0 ? ['rescan', 'confirm'] as const : ['rescan'] as const)), read: new Set(),
	}),
	other: (played, pick) => ({
		...played, state: pick % 4 === 0
			? after(played.state, {type: 'named', act: {kind: 'filter', text: ['', 'x', '*.log', 'd/'][pick % 3]!}})
			: commands(played.state, others[pick % others.length]!),
	}),
};

test('no way of reading anew, sorting, filtering or opening loses a mark or adds one', () => {
	fc.assert(fc.property(fc.array(step, {maxLength: 40}), steps => {
		let played: Played = {state: begin(), read: new Set(), model: new Set(['a', 'b'])};

		for (const {kind, pick} of [...steps, ...places.map(() => ({kind: 'read', pick: 0} as const))]) {
			played = acts[kind](played, pick);

			if (played.state.screen !== 'confirm') {
				continue;
			}

			// Whenever the question comes up, it is about all that was marked.
			assert.deepEqual(marked(played.state), [...played.model].toSorted());
			played = {...played, state: commands(played.state, 'back')};
		}

		assert.equal(played.state.review.unread, 0);
		assert.deepEqual(marked(played.state), [...played.model].toSorted());
	}), {numRuns: 1500});
});
