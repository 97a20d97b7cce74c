/*
The dialogue over the store, without a process: what is typed, what is said, and what is marked then.
*/
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import fc from 'fast-check';
import {pathKey} from '../../../source/files/path-key.ts';
import {parseOptions} from '../../../source/flags/options.ts';
import {parseFilesList} from '../../../source/origin/files-list.ts';
import {compileRules, type Choice} from '../../../source/origin/selection.ts';
import {commandLine} from '../../../source/tui/review/command-line.ts';
import type {CommandBase} from '../../../source/tui/review/command-base.ts';
import {markedEntries} from '../../../source/tui/review/review-state.ts';
import {initialState} from '../../../source/tui/state.ts';
import {
	context,
	directoryOf,
	fileOf,
	filesOf,
	linkOf,
	now,
	skipOf,
} from '../../support/screen-fixtures.ts';
import {boundless, talk} from './talking.ts';

type Options = {
	readonly page?: number;
	readonly command?: CommandBase;
};

/** A dialogue over a list that has been read. */
async function begin(choices: readonly Choice[], {page = Infinity, command}: Options = {}) {
	const talking = talk(initialState({...context, ...(command && {command})}, boundless), {page, isScripted: true});
	const {store} = talking;
	store.dispatch({type: 'scanned', choices, now});
	store.dispatch({type: 'foldersRead', folders: [Buffer.alloc(0), ...choices.filter(({entry}) => entry.kind === 'directory').map(({entry}) => entry.path)].map(path => ({path}))});
	store.dispatch({type: 'scanEnded'});
	store.dispatch({type: 'sampled', ratios: choices.map(({entry}) => [pathKey(entry.path), 0.1])});
	store.dispatch({type: 'space', space: {free: 1e9, reserve: 0}});
	await talking.dialogue.open();
	return {
		...talking,
		marked: () => markedEntries(store.getState().review).map(({path}) => path.toString()),
	};
}

const logs = [fileOf('auth.log'), skipOf('btmp'), directoryOf('nginx'), linkOf('readme'), fileOf('syslog')];
const nested = [fileOf('nginx/access.log'), fileOf('nginx/error.log')];
const tree = [...logs, ...nested];

test('the list has mark, number, name, size, age and note', async () => {
	const {said} = await begin(tree);
	assert.match(said(), /^\[x\] 1 auth\.log +1\.00 kB +1m$/mv);
	assert.match(said(), /^\[ \] 2 btmp +1\.00 kB +1m {2}skipped by default$/mv);
	assert.match(said(), /^\[ \] 3 nginx\/ +2\.00 kB +1m {2}2 files$/mv);
	assert.match(said(), /2 files marked, 2\.00 kB\. Command: $/v);
});

test('what cannot be marked has no box, a directory marked in part says so, and nothing is drawn', async () => {
	const fifo: Choice = {
		...fileOf('xconsole', {kind: 'fifo'}), isSelected: false, isSelectable: false, reason: 'named pipe',
	};
	const {said, type} = await begin([...tree, fifo]);
	let heard = said();
	assert.match(heard, /^ {4}6 xconsole .*named pipe$/mv);
	assert.match(heard, /^Numbers such as 3,5-9 mark or unmark\. y start, q quit, \? help/mv);
	assert.match(await type('6'), /can't be marked/v);
	await type('o 3');
	await type('+4');
	assert.match(await type('l'), /^\[-\] 3 nginx\/ .*open/mv);

	for (const line of ['?', '/s', '/', 'c', 's', 't 1', 'y']) {
		heard += await type(line);
	}

	assert.doesNotMatch(heard, /[\u{1B}›─━│┃█░▸▾]/v);
});

test('what is known of an entry is told by its number', async () => {
	const {store, type} = await begin(logs);
	const details = (name: string) => ({
		key: name, number: 4, inspection: {
			kind: 'known', owner: 'root', group: 'adm', mode: 0o640, modified: now, changed: now, size: 1000, allocated: 4096, inode: '7', links: 1,
			content: {kind: 'text', first: ['first line'], last: ['last line']},
		},
	} as const);
	store.subscribe(({review}, previous) => {
		// Whoever looks into the row of the cursor.
		if (review.cursor !== previous.review.cursor) {
			store.dispatch({type: 'inspected', details: details('syslog')});
		}
	});
	assert.match(await type('t 5'), /^\/var\/log\/syslog\nWill be copied: [\s\S]*\nOwner +root:adm\n[\s\S]*\nfirst line\n[\s\S]*last line\n/v);
	assert.match(await type('t'), /missing/v);
});

test('numbers turn marks, + and - set them, and each answer says what became of them', async () => {
	const {type, marked} = await begin(tree);
	assert.match(await type('1'), /^auth\.log: unmarked\.\n1 file marked/v);
	assert.match(await type('1-2,5'), /^2 files marked, 1 file unmarked\./v);
	assert.deepEqual(marked(), ['auth.log', 'btmp']);
	assert.match(await type('+3'), /^nginx\/: 2 of 2 files marked\./v);
	assert.match(await type('-1-5'), /^4 files unmarked\./v);
	assert.match(await type('-1-5'), /^Nothing changed\./v);
	assert.match(await type('+4'), /^readme: marked\./v);
	assert.deepEqual(marked(), ['readme']);
});

test('a directory opens into rows that can be named; named with what is in it, it is turned once', async () => {
	const {type, marked} = await begin(tree);
	assert.match(await type('o 3'), /^\[ \] 3 nginx\/ .+open, 2 files\n\[ \] 4 nginx\/access\.log .+\n\[ \] 5 nginx\/error\.log .+\n\[ \] 6 readme/v);
	assert.match(await type('4'), /^nginx\/access\.log: marked\./v);
	assert.match(await type('2'), /^btmp: marked\./v, 'rows before it keep their numbers');
	assert.match(await type('3-5'), /^1 file marked\./v);
	assert.deepEqual(marked(), ['auth.log', 'btmp', 'syslog', 'nginx/access.log', 'nginx/error.log']);
	assert.match(await type('o 3'), /^\[x\] 3 nginx\/ .+ {2}2 files\n\[ \] 4 readme/v);
	assert.match(await type('o 1'), /^auth\.log is not a directory\./v);
});

test('a long list comes in pages, and only what was listed can be named', async () => {
	const {type, said, marked} = await begin(filesOf(25), {page: 10});
	assert.match(said(), /^\[x\] 10 f00009.*\n1 to 10 of 25 rows\. m lists more\.\n/mv);
	assert.match(await type('-1-25'), /^"25" was not listed; the list has 1 to 10\./v);
	assert.equal(marked().length, 25);
	assert.match(await type('m'), /^\[x\] 11 f00010/v);
	assert.match(await type('m'), /^\[x\] 21 f00020/v);
	assert.match(await type('m'), /^There is no more/v);
	assert.match(await type('-1-24'), /^24 files unmarked\./v);
	assert.deepEqual(marked(), ['f00024']);
});

test('numbers keep to the list that was printed, whatever is found meanwhile', async () => {
	const {store, type, marked} = await begin([fileOf('b'), fileOf('c')]);
	store.dispatch({type: 'scanned', choices: [fileOf('a')], now});
	assert.match(await type('-1'), /^b: unmarked\./v);
	assert.match(await type('3'), /was not listed/v);
	assert.deepEqual(marked(), ['c', 'a']);
	assert.match(await type('l'), /^\[x\] 1 a .*\n\[ \] 2 b/v);
});

test('finding, sorting, all and inverting act on what is shown', async () => {
	const {type, marked} = await begin(tree);
	assert.match(await type('/*.log'), /^\[x\] 1 auth\.log .*\n\[ \] 2 nginx\/ .*\n\[ \] 3 nginx\/access\.log .*\n\[ \] 4 nginx\/error\.log .*\n4 rows with "\*\.log", of 7/v);
	assert.match(await type('a'), /^All \d+ shown files marked\./v);
	assert.match(await type('/nothing\u{1B}[2J'), /^No name has "nothing\\x1b\[2J" in it/v);
	assert.match(await type('1'), /nothing is listed/v);
	assert.match(await type('/'), /^\[x\] 1 auth\.log/v);
	assert.deepEqual(marked(), ['auth.log', 'syslog', 'nginx/access.log', 'nginx/error.log']);
	assert.match(await type('s age'), /^By age, newest first\.\n\[x\] 1 /v);
	assert.match(await type('i'), /^Inverted\.\n3 files marked/v);
});

test('nothing is lost by what cannot be meant', async () => {
	const {type, marked, store} = await begin(logs);
	const before = marked();

	for (const line of ['', '0', '99', '2-1', '1,99', 'x', '\0\u{7}', '+', undefined]) {
		assert.match(await type(line), /^[^\n]+\.\n2 files marked, 2\.00 kB\. Command: $/v, String(line));
		assert.deepEqual(marked(), before);
	}

	assert.equal(store.getState().screen, 'review');
});

test('y shows what will be written and asks; only y starts', async () => {
	const {type, store} = await begin(logs);
	assert.match(await type('y'), /^Back up 2 files\?\nFrom +\/var\/log on web-01\nTo +\/var\/log\/backups\/2026-11-22\nFiles +2\nLeft out .+\nSize .+\nFree .+1\.00 GB.+\nStart\? y or n: $/v);

	for (const line of ['', 'x', 'start', undefined]) {
		assert.match(await type(line), /Start\? y or n: $/v);
		assert.equal(store.getState().screen, 'confirm');
	}

	assert.match(await type('n'), /^Not started\.\n2 files marked/v);
	await type('y');
	await type('y');
	assert.equal(store.getState().screen, 'run');
});

test('nothing marked is not asked about', async () => {
	const {type, store} = await begin(logs);
	await type('-1-5');
	assert.match(await type('y'), /^Nothing is marked/v);
	assert.equal(store.getState().screen, 'review');
});

test('a run takes p, q and d; q asks, and whoever types without end is told once', async () => {
	const {type, store, said} = await begin(logs);
	await type('y');
	await type('y');
	assert.match(await type('p'), /^Paused: /v);
	assert.match(await type('p'), /^Continuing\./v);
	assert.match(await type('y'), /"y" is not a command now/v);
	assert.equal(await type('y'), '');
	assert.match(await type('q'), /Stop the backup\? .+ y or n: $/v);
	assert.match(await type('n'), /^The backup continues\./v);
	await type('q');
	assert.match(await type('y'), /^Stopping/v);
	assert.equal(store.getState().run.stop, 'stopping');
	assert.doesNotMatch(said(), /y or n/v);
});

test('Ctrl-C asks, stops, and stops at once; where nobody can answer it stops at once cleanly', async () => {
	const start = async () => {
		const session = await begin(logs);
		await session.type('y');
		await session.type('y');
		return session;
	};

	const stops: string[] = [];
	const {dialogue, store} = await start();

	for (let presses = 0; presses < 3; presses++) {
		dialogue.interrupt();
		stops.push(store.getState().run.stop);
	}

	assert.deepEqual(stops, ['asking', 'stopping', 'killing']);

	const deaf = await start();
	await deaf.type('q');
	await deaf.type('p');
	deaf.dialogue.endInput(false);
	assert.equal(deaf.store.getState().run.stop, 'no');
	deaf.dialogue.interrupt();
	assert.equal(deaf.store.getState().run.stop, 'stopping');
});

test('the input ending before the start writes nothing, and is a failure unless it was Ctrl-D', async () => {
	const cut = await begin(logs);
	await cut.type('y');
	cut.dialogue.endInput(false);
	assert.deepEqual(cut.store.getState().exit, {kind: 'failed', message: 'the input ended before the start was confirmed: nothing was written'});

	const typed = await begin(logs);
	typed.dialogue.endInput(true);
	assert.deepEqual(typed.store.getState().exit, {kind: 'quit'});
});

const command: CommandBase = {
	flags: [], keepRules: [], rules: {
		include: [], exclude: [], recursive: false, followSymlinks: false,
	},
};

/** The paths that a shell command selects of all that is there. */
async function select(text: string, choices: readonly Choice[]): Promise<readonly string[]> {
	const script = String.raw`logbackup_tui() { printf '%s\0' "$@" >&2; case "$*" in *--files-from*) cat;; esac; }; ${text.replaceAll('logbackup-tui', 'logbackup_tui')}`;
	const {stdout, stderr, status} = spawnSync('bash', ['-c', script]);
	assert.equal(status, 0);
	const options = await parseOptions(stderr.toString().split('\0').slice(0, -1), {}, new Date(now));

	if (options.filesFrom !== undefined) {
		return parseFilesList(stdout).map(path => path.toString()).toSorted();
	}

	const judge = compileRules(options);
	return choices.filter(({entry}) => entry.kind !== 'directory' && (options.recursive || !entry.path.includes('/')) && judge(entry).isSelected)
		.map(({entry}) => entry.path.toString()).toSorted();
}

const lines = fc.oneof(
	fc.tuple(fc.constantFrom('', '+', '-'), fc.integer({min: 1, max: 8}), fc.nat(3)).map(([sign, start, more]) => `${sign}${start}-${start + more}`),
	fc.constantFrom('a', 'i', 'o 3', '/log', '/', 's', 'l'),
);

test('the command that c shows selects exactly what was chosen line by line', async () => {
	await fc.assert(fc.asyncProperty(fc.array(lines, {maxLength: 8}), async typed => {
		const choices = tree.map(({entry}) => compileRules(command.rules)(entry));
		const {type, marked, store} = await begin(choices, {command});

		for (const line of typed) {
			await type(line);
		}

		const said = await type('c');
		const text = commandLine(store.getState().review, command);

		if (text === undefined) {
			assert.deepEqual(marked(), []);
			assert.match(said, /so there is no command/v);
			return;
		}

		assert.ok(said.includes(`\n${text}\n`), said);
		assert.deepEqual(await select(text, choices), marked().toSorted(), text);
	}), {numRuns: 40});
});
