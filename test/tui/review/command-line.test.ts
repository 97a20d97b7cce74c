import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseOptions} from '../../../source/flags/options.ts';
import {parseFilesList} from '../../../source/origin/files-list.ts';
import {compileRules} from '../../../source/origin/selection.ts';
import {commandLine, rulesOf} from '../../../source/tui/review/command-line.ts';
import type {CommandBase} from '../../../source/tui/review/command-base.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {markedEntries, type ReviewState} from '../../../source/tui/review/review-state.ts';
import {setMarks} from '../../../source/tui/tree/tree-marks.ts';
import {
	after,
	begin,
	directoryOf,
	entryOf,
	fileOf,
	now,
	type,
} from '../../support/screen-fixtures.ts';

const plain: CommandBase = {
	flags: [], keepRules: [], rules: {
		include: [], exclude: [], recursive: false, followSymlinks: false,
	},
};

/** The list as it is before a key is pressed. */
function listOf(paths: ReadonlyArray<Buffer | string>, base = plain): ReviewState {
	const judge = compileRules(base.rules);
	const all = paths.map(path => Buffer.from(path as string));
	const directories = new Set(all.flatMap(path => {
		const parts = path.toString('latin1').split('/');
		return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
	}));
	const folders = [...directories].toSorted((one, other) => one.length - other.length).map(path => Buffer.from(path, 'latin1'));
	const files = all.filter(path => !directories.has(path.toString('latin1')));
	const choices = [
		...folders.map(path => judge({...entryOf(''), path, kind: 'directory'})),
		...files.map(path => judge(path.toString('latin1').endsWith('.lnk')
			? {
				...entryOf(''), path, kind: 'symlink', target: {kind: 'file', size: 1},
			}
			: {...entryOf(''), path})),
	];
	return after(
		begin(),
		{type: 'scanned', choices, now},
		{type: 'foldersRead', folders: [Buffer.alloc(0), ...folders].map(path => ({path}))},
		{type: 'scanEnded'},
	).review;
}

const mark = (review: ReviewState, isMarked: (name: string) => boolean) =>
	setMarks(review, review.rows.map((row, number) => [number, isMarked(row.name)]));

/** What a shell makes of a command: the arguments of our program, and its standard input. */
function runInShell(command: string): {readonly args: readonly string[]; readonly list: Buffer} {
	const script = String.raw`logbackup-tui() { printf '%s\0' "$@" >&3; case "$*" in *--files-from*) cat;; esac; }; ${command}`;
	const {output, stderr, status} = spawnSync('bash', ['--noprofile', '--norc', '-c', script.replaceAll('logbackup-tui', 'logbackup_tui')], {
		// Of a shell's first level, bash takes the socket that Node gives it as standard input for a login from elsewhere, and reads its start-up files.
		env: {PATH: '/usr/bin:/bin', SHLVL: '2'},
		stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
	});
	assert.deepEqual({status, stderr: stderr.toString()}, {status: 0, stderr: ''}, command);
	return {args: output[3]!.toString().split('\0').slice(0, -1), list: output[1]!};
}

/** The paths that a command selects of all that is there. */
async function select(command: string, review: ReviewState): Promise<readonly string[]> {
	const {args, list} = runInShell(command);
	const options = await parseOptions(args, {}, new Date(now));

	if (options.filesFrom !== undefined) {
		return parseFilesList(list).map(path => path.toString('latin1')).toSorted();
	}

	const judge = compileRules(options);
	return review.rows
		.filter(({folder, depth, entry}) => folder === undefined && (depth === 0 || options.recursive) && judge(entry).isSelected)
		.map(({path}) => path.toString('latin1')).toSorted();
}

const wanted = (review: ReviewState) => markedEntries(review).map(({path}) => path.toString('latin1')).toSorted();

const files = ['syslog', 'syslog.1', 'auth.log', 'btmp', 'nginx/access.log', 'nginx/error.log', 'apt/term.log'];

test('what the rules select needs no more than --yes', () => {
	assert.equal(commandLine(listOf(files), plain), 'logbackup-tui --yes');
});

test('one file out, one file in, one directory in, all in: each is said in the shortest way', () => {
	const list = listOf(files);
	const isTop = (name: string) => !name.includes('/');
	assert.equal(commandLine(mark(list, name => isTop(name) && name !== 'auth.log' && name !== 'btmp'), plain), 'logbackup-tui --yes --exclude auth.log');
	assert.equal(commandLine(mark(list, name => name === 'syslog'), plain), 'logbackup-tui --yes --include syslog');
	assert.equal(commandLine(mark(list, name => isTop(name)), plain), 'logbackup-tui --yes --include \'*\'');
	assert.equal(commandLine(mark(list, name => name !== 'btmp'), plain), 'logbackup-tui --yes -r');
	assert.equal(commandLine(mark(list, name => name !== 'btmp' && !name.startsWith('apt')), plain), 'logbackup-tui --yes -r --exclude apt');
	assert.equal(commandLine(mark(list, name => name.startsWith('nginx/')), plain), 'logbackup-tui --yes -r --include nginx');
	assert.equal(commandLine(mark(list, () => false), plain), undefined);
});

test('flags in force are repeated, and quoted', () => {
	const base = {...plain, flags: ['--source=/srv/my logs', '--level=9']};
	assert.equal(commandLine(listOf(files, base), base), 'logbackup-tui --yes \'--source=/srv/my logs\' --level=9');
});

test('while directories are being read, nothing is said of all of them', () => {
	const list = {...mark(listOf(files), name => name !== 'btmp'), unread: 1};
	assert.match(commandLine(list, plain)!, /--files-from - --ignore-missing$/v);
});

const rotated = Array.from({length: 40}, (_, index) => `app-${String(index).padStart(2, '0')}.log`).flatMap(name => [name, `${name}.gz`]);

/** What the command is after keys. */
function commandAfter(paths: readonly string[], keys: string, base = plain): string | undefined {
	const state = type({...begin(), review: listOf(paths, base)}, keys);
	return commandLine(state.review, base);
}

test('what was marked by a filter is said by a glob, and not by forty names', () => {
	assert.equal(commandAfter(rotated, '/.gz\ra'), 'logbackup-tui --yes --exclude \'*.gz\'');
	assert.equal(commandAfter(rotated, '/*.GZ\r-'), 'logbackup-tui --yes --exclude \'*.gz\'', 'as the names have it');
	assert.equal(commandAfter(rotated, 'a/APP-0\r+'), 'logbackup-tui --yes --include \'app-0*\'');
	assert.equal(commandAfter(rotated, 'a/log\r+\u{1B}/.gz\r-'), 'logbackup-tui --yes --exclude \'*.gz\'');
	assert.equal(commandAfter(rotated, '/.gz\ra\u{1B}'), 'logbackup-tui --yes --exclude \'*.gz\'', 'the filter is gone, and what was meant stays');
	assert.equal(commandAfter([...rotated, 'nginx/access.log', 'nginx/access.log.1.gz'], 'A/.gz\r-'), 'logbackup-tui --yes -r --exclude \'*.gz\'');
});

test('what was marked by a filter and changed by hand afterwards is named beside the glob', () => {
	assert.equal(commandAfter(rotated, '/.gz\r-\u{1B}g '), 'logbackup-tui --yes --exclude \'*.gz\' --exclude app-00.log');
	assert.equal(commandAfter(rotated, '/.gz\r-\u{1B}aa/log.gz\r+'), 'logbackup-tui --yes --include \'*log.gz\'', 'all is anew after a');
	assert.equal(commandAfter(rotated, '/.gz\r-+'), 'logbackup-tui --yes', 'taken back');
});

test('a list of names is for what no rule fits, and a name in it may be missing another day', () => {
	const odd = (_: string, index: number) => index % 2 === 0;
	const list = listOf(rotated);
	const command = commandLine(mark(list, name => rotated.filter((one, index) => odd(one, index >> 1)).includes(name)), plain);
	assert.match(command!, /^printf .*--files-from - --ignore-missing$/v);
	const three = commandLine(mark(list, name => rotated.slice(0, 3).includes(name)), plain);
	assert.match(three!, /^logbackup-tui --yes(?: --include app-0[01]\.log(?:\.gz)?){3}$/v);
});

test('what no rule can tell apart comes with the rules that come nearest', () => {
	const names = [Buffer.from([0x61, 0xFF]), Buffer.from([0x62, 0xFF]), 'plain.log'];
	const found = rulesOf(mark(listOf(names), name => name === String.raw`a\xff`), plain.rules);
	assert.deepEqual(found?.rules.exclude, ['plain.log']);
	assert.deepEqual([found?.omitted, found?.added.map(({path}) => path)], [[], [Buffer.from([0x62, 0xFF])]]);
});

const nameParts = fc.oneof(
	fc.constantFrom('syslog', 'a', 'b', 'btmp', 'a.log', 'b.log', '..a', '0', '日本', 'l.lnk', '-n'),
	fc.constantFrom('*', '[x]', '{a,b}', 'it\'s', '!a', '%s', '\\', '\\\\', '[', '{', '**', ' ', '$HOME', 'x\n', '"', '#', '~', '+(a)', '\u{1B}[2J'),
	fc.uint8Array({minLength: 1, maxLength: 4}).filter(bytes => !bytes.includes(0) && !bytes.includes(0x2F) && bytes[0] !== 0x2E),
).map(part => Buffer.from(part as string));

const anyPath = fc.array(nameParts, {minLength: 1, maxLength: 3}).map(parts => Buffer.concat(parts.flatMap((part, index) => index === 0 ? [part] : [Buffer.from('/'), part])));
const anyGlobs = fc.array(fc.constantFrom('a', '*.log', 'a/**', '{a,b}', 'sys*', 'a/', '/a', '/var/log/b', '**/'), {maxLength: 2});
const anyRules = fc.record({
	include: anyGlobs, exclude: anyGlobs, recursive: fc.boolean(), followSymlinks: fc.boolean(),
});

test('no command stands for what is marked while that is still being read', () => {
	const base = {...plain, rules: {...plain.rules, recursive: true}};
	const state = begin();
	const reading = after(
		{...state, command: base},
		{type: 'scanned', choices: [fileOf('a'), {...directoryOf('d'), isSelected: true}], now},
		{type: 'foldersRead', folders: [{path: Buffer.alloc(0)}]},
		{type: 'scanEnded'},
	);
	const page = type(reading, 'c');
	const textOf = (shown: typeof page) => pageLines(shown).map(({text}) => text).join('\n');
	assert.equal(page.screen, 'command');
	assert.doesNotMatch(textOf(page), /--yes/v);
	const read = after(page, {type: 'scanned', choices: [fileOf('d/x')], now}, {type: 'foldersRead', folders: [{path: Buffer.from('d')}]});
	assert.match(textOf(read), /logbackup-tui --yes -r$/mv);
});

test('run by a shell, the command selects exactly what was on the screen', async () => {
	const {roots} = await parseOptions([], {}, new Date(now));
	await fc.assert(fc.asyncProperty(
		fc.array(anyPath, {minLength: 1, maxLength: 10}), anyRules, fc.infiniteStream(fc.boolean()), fc.boolean(), async (paths, rules, marks, isAsFound) => {
			// With the source that the program takes where none is named, as the shell's command has none.
			const base: CommandBase = {flags: [], keepRules: [], rules: {...rules, roots}};
			const unique = [...new Map(paths.map(path => [path.toString('latin1'), path])).values()];
			const list = listOf(unique, base);
			const review = isAsFound ? list : mark(list, () => marks.next().value as boolean);
			const command = commandLine(review, base);

			if (command === undefined) {
				assert.deepEqual(wanted(review), []);
				return;
			}

			assert.doesNotMatch(command, /[\0-\u{1F}\u{7F}]/v);
			assert.deepEqual(await select(command, review), wanted(review), command);
		},
	), {
		numRuns: 150,
		// Each run starts a shell: a failure is told at once, not after hundreds of smaller ones.
		endOnFailure: true,
		examples: [
			// A list that begins with a dash: bytes that are no text keep it from being said with globs.
			[
				['-rw', Buffer.of(0xFF), 'other', Buffer.of(0xFE)].map(name => Buffer.from(name as string)),
				{
					include: [], exclude: [], recursive: false, followSymlinks: false,
				},
				fc.stream([true, true, false, false].values()),
				false,
			],
		],
	});
});
