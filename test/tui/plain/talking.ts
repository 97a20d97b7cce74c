import {setImmediate} from 'node:timers/promises';
import {Dialogue} from '../../../source/tui/plain/dialogue.ts';
import {Voice} from '../../../source/tui/plain/voice.ts';
import {emptyBrowse} from '../../../source/tui/sets/sets-state.ts';
import {openSets} from '../../../source/tui/crossings.ts';
import {serveSets} from '../../../source/tui/serve-sets.ts';
import type {SetBrowser, SetItem} from '../../../source/tui/sets/browser.ts';
import {initialState, type State} from '../../../source/tui/state.ts';
import {createSessionStore} from '../../../source/tui/session-store.ts';
import {context} from '../../support/screen-fixtures.ts';
import {copyItem, missingItem, rowsOfSet} from '../sets/browsing.ts';

export const boundless = {columns: Infinity, rows: Infinity} as const;

type Talking = {
	readonly page?: number;
	readonly isScripted?: boolean;
	readonly browser?: SetBrowser;
};

/** A dialogue over a state, and what is said in it. */
export function talk(state: State, {page = Infinity, isScripted = false, browser}: Talking = {}) {
	let said = '';
	const store = createSessionStore(state);
	const dialogue = new Dialogue(store, new Voice(text => {
		said += text;
	}, true), {page, isScripted, forgetTyped: () => undefined}, {page: browser?.page});

	if (browser) {
		serveSets(browser, store);
	}

	return {
		store,
		dialogue,
		/** What is said to a line. */
		async type(line: string | undefined) {
			said = '';
			await dialogue.take(line);
			return said;
		},
		/** All that was said since a line was typed last. */
		said: () => said,
		/** Waits until it is said, and gives all that was. */
		async hear(pattern: RegExp) {
			while (!pattern.test(said)) {
				await setImmediate();
			}

			return said;
		},
	};
}

/** A set of three files, of which one could not be copied. */
export const setItems: readonly SetItem[] = [copyItem('app/worker.log', 2000), copyItem('syslog', 3000), missingItem('auth.log', 'permission denied (EACCES)')];

/** Sets in memory. What is done with them is noted in `deeds`. */
export function fakeBrowser(changes: Partial<SetBrowser> = {}): SetBrowser & {readonly deeds: string[]} {
	const deeds: string[] = [];
	let rows = rowsOfSet;
	return {
		deeds,
		home: '/root',
		async * list() {
			yield {names: rows.map(({name}) => name)};
			yield {rows};
		},
		open: async () => ({items: setItems, problems: []}),
		compare: async (one, other) => ({
			older: other.date, newer: one.date, changes: [{kind: 'added', after: {path: Buffer.from('fresh.log'), bytesIn: 10}}],
		}),
		async page(_name, _file, show) {
			return show!((async function * () {
				yield Buffer.from('first\nsecond\u{1B}[2J\nthi');
				yield Buffer.from('rd\nfourth\n');
			})(), 'a name');
		},
		preview: async ({to, overwrite}) => ({
			files: 1, bytes: 3000, to, isNew: false, notices: [], replaced: overwrite ? ['syslog'] : [], blocked: overwrite ? [] : [{path: 'syslog', reason: 'it is there already'}],
		}),
		async verify(names, {report}) {
			deeds.push(`verify ${names.map(({date}) => date).join(' ')}`);
			report({
				message_type: 'finding', date: names[0]!.date, finding: 'damaged', file: 'syslog.gz', message: 'it is cut short',
			});
			report({
				message_type: 'verify_summary', exit_code: 5, sets: names.length, files: 12, bytes: 1000, findings: 1, seconds_elapsed: 1,
			});
		},
		async restore({name, paths, to, overwrite}) {
			deeds.push(`restore ${name.date} ${paths.join(' ')} to ${to}${overwrite ? ' over' : ''}`);
		},
		async remove({date}) {
			deeds.push(`remove ${date}`);
			rows = rows.filter(({name}) => name.date !== date);
		},
		...changes,
	};
}

/** The list of sets alone, as `browse --plain` opens it. */
export const setsAlone = (): State => {
	const state = initialState({...context, source: ''}, boundless);
	return openSets('none')({...state, effects: [], browse: {...emptyBrowse, isThere: true, home: '/root'}});
};
