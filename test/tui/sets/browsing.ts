import type {SetsEvent} from '../../../source/tui/sets/sets-events.ts';
import type {SetItem, SetRow} from '../../../source/tui/sets/browser.ts';
import {emptyBrowse} from '../../../source/tui/sets/sets-state.ts';
import type {State} from '../../../source/tui/state.ts';
import {after, begin} from '../../support/screen-fixtures.ts';

/** An entry of a set that was copied. */
export const copyItem = (name: string, bytesIn: number, bytesOut = bytesIn / 10): SetItem => {
	const path = Buffer.from(name);
	const file = Buffer.from(`${name}.gz`);
	return {
		kind: 'copy',
		file: {
			path, file, stored: 'gzip', record: {
				path, file, stored: 'gzip', notes: [], bytesIn, bytesOut, contentChecksum: '00000001', sha256: 'a'.repeat(64), isVerified: true,
				source: {
					dev: '1', ino: '2', size: bytesIn, mtime_ns: '1773000000000000000', mode: '0640', uid: 0, gid: 4,
				},
			},
		},
		facts: {path, bytesIn, bytesOut},
		owner: 'root:adm',
	};
};

export const missingItem = (name: string, message: string): SetItem => ({kind: 'missing', missing: {path: Buffer.from(name), outcome: 'failed', error: {message}}});

const headOf = (date: string, filesFailed: number, bytesOut: number): NonNullable<SetRow['head']> => ({
	version: '0.1.0',
	host: 'web-01',
	source: '/var/log',
	engine: 'zlib',
	started: new Date(`${date}T06:25:00Z`),
	finished: new Date(`${date}T06:25:14Z`),
	filesDone: 12,
	filesFailed,
	filesVanished: 0,
	bytesIn: bytesOut * 10,
	bytesOut,
});

/** Newest first. */
export const rowsOfSet: readonly SetRow[] = [
	{
		name: {date: '2026-03-14', isStaging: false}, state: 'complete', head: headOf('2026-03-14', 0, 1_000_000), bytesNew: 200_000,
	},
	{
		name: {date: '2026-03-13', isStaging: false}, state: 'partial', head: headOf('2026-03-13', 2, 900_000), bytesNew: 100_000,
	},
	{
		name: {date: '2026-03-12', isStaging: false}, state: 'damaged', problem: 'its manifest is cut short', found: {files: 3, bytes: 500_000}, bytesNew: 500_000,
	},
	{
		name: {date: '2026-03-01', isStaging: false}, state: 'foreign', problem: 'it has no manifest.json', found: {files: 4, bytes: 100_000}, bytesNew: 100_000,
	},
];

/** The sets on the screen, with nothing else behind it. */
export function withSets(rows: readonly SetRow[] = rowsOfSet, columns = 80, lines = 24): State {
	const state = begin(columns, lines);
	return {
		...state, screen: 'sets', browse: {
			...emptyBrowse, isThere: true, sets: rows, home: '/root',
		},
	};
}

type Told<Event = SetsEvent> = Event extends {readonly request: unknown} ? Omit<Event, 'request'> : Event;

const isWhole = (event: object): event is SetsEvent => 'request' in event;

/** Answers what was asked last, unless an event says what it answers. */
export function tell(state: State, ...events: ReadonlyArray<Told | SetsEvent>): State {
	let next = state;

	for (const event of events) {
		const whole = {request: next.browse.request, ...event};
		next = isWhole(whole) ? after(next, {type: 'browse', event: whole}) : next;
	}

	return next;
}
