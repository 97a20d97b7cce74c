/* What is made of words of the command line, and what help and completion are made of. */
import assert from 'node:assert/strict';
import {hostname} from 'node:os';
import {test} from 'node:test';
import {whatIsAsked} from '../../source/cli/asked.ts';
import {loadCommands} from '../../source/cli/commands.ts';
import {ownHost} from '../../source/cli/command/own-host.ts';
import {chooseRemote} from '../../source/cli/command/remote-place.ts';
import {grammarOf, quoteForShell} from '../../source/cli/completion/completed-commands.ts';
import {commandHelp} from '../../source/cli/help/command-help.ts';
import {
	flagLines,
	helpParagraph,
	helpWidth,
	section,
	twoColumns,
	wrap,
} from '../../source/cli/help/help-layout.ts';
import {helpText, usageText} from '../../source/cli/help/program-help.ts';
import {lineFlags} from '../../source/flags/backup-flags.ts';
import type {FlagTable} from '../../source/flags/flag.ts';
import {UsageError} from '../../source/flags/usage-error.ts';

test('help is asked for anywhere before --, alone or among letters, and wins over the version', () => {
	const asked = (command: Parameters<typeof whatIsAsked>[0], line: string) => {
		const request = whatIsAsked(command, line.split(' '));
		return request && (request.print === 'help' ? `help ${request.command ?? 'program'}` : request.print);
	};

	const bare: Readonly<Record<string, string | undefined>> = {
		'--help': 'help program', '--nonsense --help': 'help program', '-h': 'usage', '-yh': 'usage', '-h --help': 'help program',
		'--version': 'version', '-V': 'version', '-rV': 'version', '-hV': 'usage',
		'-v': undefined, '-H': undefined, '-- --help': undefined, '--yes -- -h -V': undefined, '--host': undefined, '-y1h': undefined, 'x-h': undefined, h: undefined,
	};

	for (const [line, expected] of Object.entries(bare)) {
		assert.equal(asked(undefined, line), expected, line);
	}

	assert.deepEqual(['--help', 'latest -h', '-qh', '--version', '-V', '-- -h'].map(line => asked('list', line)), ['help list', 'help list', 'help list', undefined, undefined, undefined]);
});

test('a remote is the first word that is one, else what is configured; what is wrong with it is told without it', () => {
	const configured = {remote: 'nas', path: 'logs'};
	assert.deepEqual(chooseRemote(['s3:x/y', '2026-03-14'], configured), {place: {remote: 's3', path: 'x/y'}, words: ['2026-03-14']});
	assert.deepEqual(chooseRemote(['2026-03-14', 'latest'], configured), {place: configured, words: ['2026-03-14', 'latest']});
	assert.deepEqual(chooseRemote([], configured), {place: configured, words: []});
	assert.throws(() => chooseRemote(['2026-03-14'], undefined), (error: unknown) => error instanceof UsageError && error.remedy !== undefined);
	assert.throws(() => chooseRemote([':sftp,pass=hunter2:x'], configured), (error: unknown) => error instanceof UsageError && !error.message.includes('hunter2'));
});

test('the own host is not the one that the line names', () => {
	const host = (given: readonly string[], configured?: string) => ownHost({
		given: new Set(given),
		configuration: {values: new Map(configured === undefined ? [] : [['host', {value: configured}]])},
		origin: {host: 'origin'},
	} as unknown as Parameters<typeof ownHost>[0]);
	assert.deepEqual([host([]), host([], 'configured'), host(['host'], 'configured'), host(['host']), host(['dest'])], ['origin', 'origin', 'configured', hostname(), 'origin']);
});

test('lines are broken between words, as late as can be', () => {
	assert.deepEqual(wrap('aa bb cc', 5), ['aa bb', 'cc']);
	assert.deepEqual(wrap('aa bb cc', 4), ['aa', 'bb', 'cc']);
	assert.deepEqual(wrap('aaaaaaaa b', 4), ['aaaaaaaa', 'b']);
	assert.deepEqual(wrap('', 4), ['']);
	assert.deepEqual(helpParagraph('aa bb', 3), ['   aa bb']);
	assert.ok(helpParagraph('word '.repeat(100).trim()).every(line => line.length <= helpWidth && line.startsWith('  word')));
	assert.deepEqual(section('Flags', ['a']), ['', 'Flags', 'a']);
});

test('a term stands beside what it means, or above where it is too long', () => {
	assert.deepEqual(twoColumns('ab', 'text', {second: 6}), ['  ab  text']);
	assert.deepEqual(twoColumns('abc', 'text', {second: 6}), ['  abc', '      text']);
	assert.deepEqual(twoColumns('a', 'text', {indent: 0, second: 4}), ['a   text']);
	const [first, ...rest] = twoColumns('term', 'word '.repeat(40).trim());
	assert.ok(rest.length > 1 && [first!, ...rest].every(line => line.length <= helpWidth && line.slice(23).startsWith('word')));
	assert.ok(rest.every(line => line.startsWith(' '.repeat(23))));
});

test('help has each flag once, with its letter, its value and its default, and none that is internal', () => {
	const table: FlagTable = lineFlags;
	const terms = flagLines(table, () => true).filter(line => /^ {2}-/v.test(line));
	const shown = Object.entries(table).filter(([, {isInternal}]) => !isInternal).map(([name]) => name);
	assert.deepEqual(terms.map(line => /--(?<name>[\w\-]+)/v.exec(line)!.groups!.name), shown);
	assert.ok(shown.length < Object.keys(table).length);
	assert.ok(terms.some(line => /^ {2}-r, --recursive(?: |$)/v.test(line)) && terms.some(line => /^ {2}--dest DIR(?: |$)/v.test(line)));
	assert.equal(flagLines(table, name => name === 'recursive').filter(line => /^ {2}-/v.test(line)).length, 1);

	for (const text of [helpText, usageText]) {
		assert.ok(text.split('\n').every(line => line.length <= helpWidth));
	}

	assert.ok(!helpText.includes('undefined'));
	assert.ok(usageText.split('\n').length <= 25, 'fits a screen');
});

test('the help of a command has its flags and those of all, its examples and its exit codes', async () => {
	for (const [name, command] of Object.entries(await loadCommands())) {
		const lines = commandHelp(command).split('\n');
		assert.ok(lines.every(line => line.length <= helpWidth || line.includes('$ ')), name);
		// All but headings is indented, and nothing is missing.
		assert.ok(lines.every(line => line === '' || line.startsWith('  ') || /^[A-Z][\w ,]+$/v.test(line)), name);
		const said = lines.map(line => line.trim()).filter(line => line !== '').join(' ');
		assert.ok([...command.description, ...command.details ?? []].every(text => said.includes(text)), name);
		assert.ok(!said.includes('undefined'), name);

		for (const flag of [...Object.keys(command.flags).filter(key => !command.flags[key]!.isInternal), 'dest', 'help']) {
			assert.ok(lines.some(line => new RegExp(String.raw`^  (?:-\w, )?--${flag}(?: |$)`, 'v').test(line)), `${name} --${flag}`);
		}

		for (const code of Object.keys(command.exitCodes)) {
			assert.ok(lines.slice(lines.indexOf('Exit codes')).some(line => line.startsWith(`  ${code} `)), `${name} ${code}`);
		}

		for (const example of command.examples) {
			assert.ok(lines.includes(`  $ sudo logbackup-tui ${example}`), example);
		}
	}
});

test('completion knows every command, its flags, and where a word may follow', async () => {
	const commands = await loadCommands();
	const {completed, valueFlags, valueCompletions} = grammarOf(commands);
	assert.deepEqual(completed.map(({name}) => name).toSorted(), ['', ...Object.keys(commands), 'help'].toSorted());
	assert.equal(completed[0]!.name, '');
	const byName = Object.fromEntries(completed.map(command => [command.name, command]));
	assert.deepEqual(byName.help!.words, [Object.keys(commands)]);

	for (const {name, flags, isLastRepeated, words} of completed) {
		const internal = name === '' ? lineFlags as FlagTable : (name === 'help' ? {} : commands[name as keyof typeof commands].flags);
		assert.ok(flags.every(({long}) => !internal[long.slice(2)]?.isInternal), name);
		assert.equal(isLastRepeated, name !== '' && name !== 'help' && commands[name as keyof typeof commands].words.maximum > words.length, name);
	}

	const recursive = byName['']!.flags.find(({long}) => long === '--recursive')!;
	assert.deepEqual([recursive.short, recursive.value, recursive.isMultiple], ['-r', undefined, false]);
	const exclude = byName['']!.flags.find(({long}) => long === '--exclude')!;
	assert.deepEqual([exclude.isMultiple, exclude.value !== undefined], [true, true]);
	assert.ok(valueFlags.includes('--dest') && !valueFlags.includes('--recursive') && new Set(valueFlags).size === valueFlags.length);
	assert.ok(valueCompletions.has('--dest'));

	for (const [flag] of valueCompletions) {
		assert.ok(valueFlags.includes(flag), flag);
	}

	assert.equal(quoteForShell('it\'s $HOME'), String.raw`'it'\''s $HOME'`);
});
