/* What a text of TOML comes to, by the table of flags; and that options come back from one. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parse} from 'smol-toml';
import {backupFlags, lineFlags} from '../../source/flags/backup-flags.ts';
import {ConfigurationError} from '../../source/flags/configuration-error.ts';
import {readValues} from '../../source/flags/configuration-values.ts';
import {commands} from '../../source/cli/commands/all.ts';
import {commandFlags} from '../../source/cli/command/command.ts';
import {editConfiguration} from '../../source/flags/edit-configuration.ts';
import {
	loadConfiguration,
	noConfiguration,
	readConfiguration,
	readNamedConfiguration,
	systemConfiguration,
	usualConfigurations,
} from '../../source/flags/configuration.ts';
import {
	type Flag,
	oppositeName,
	spellFlag,
	takesValue,
} from '../../source/flags/flag.ts';
import {checkLine} from '../../source/flags/check-line.ts';
import {readOptions} from '../../source/flags/options.ts';
import {readFlags} from '../../source/flags/read-flags.ts';
import {configurableFlags, spellConfiguration} from '../../source/flags/spell-configuration.ts';
import {findStatements} from '../../source/flags/toml-statements.ts';
import {UsageError} from '../../source/flags/usage-error.ts';
import {Place} from '../support/set-fixtures.ts';
import {anyValue} from './flag-values.ts';

const now = new Date('2026-03-14T12:00:00Z');

const read = (text: string | Buffer) => readValues(Buffer.from(text as string), '/etc/x.toml', lineFlags);

const configured = (text: string) => ({files: ['/etc/x.toml'], values: read(text)});

const options = async (text: string, ...line: readonly string[]) => readFlags(checkLine(line, lineFlags), backupFlags, now, text === '' ? noConfiguration : configured(text));

/** Texts with a mistake, the line it is on, and words that tell what is wrong. */
const mistakes: ReadonlyArray<readonly [text: string | Buffer, line: number, words: RegExp]> = [
	['level = 6\nlevel 7\n', 2, /column/v],
	['level = 6\nlevel = 7\n', 2, /column/v],
	['exclude = [\n"a",\n', 3, /column/v],
	['\n\nlevel = 20\n', 3, /level takes .*1 to 19.* 20$/v],
	['level = "6"\n', 1, /level takes .*not "6"$/v],
	['level = 6.0\n', 1, /level takes/v],
	['lock-wait = -1', 1, /lock-wait takes/v],
	['keep-daily = "7"', 1, /keep-daily takes/v],
	['recursive = "yes"\n', 1, /recursive takes true or false, not "yes"$/v],
	['exclude = "*.gz"', 1, /exclude takes a list .*not "\*\.gz"$/v],
	['# one\nexclude = [\n  "*.gz",\n  3,\n]\n', 2, /exclude takes a list/v],
	['exclude = [""]', 1, /exclude takes a list/v],
	['exclude = ["{1..99999}"]', 1, /exclude takes a list/v],
	['exclude.first = "a"', 1, /exclude takes a list/v],
	['dest = "backups"', 1, /dest takes .*absolute/v],
	['source = 1979-05-27', 1, /source takes/v],
	['reserve = "lots"', 1, /reserve takes/v],
	['engine = "gzip"', 1, /engine takes .*zlib/v],
	['\nexlude = ["a"]', 2, /unknown key: exlude; did you mean exclude\?/v],
	['keep_daily = 7', 1, /did you mean keep-daily\?/v],
	['"--level" = 7', 1, /did you mean level\?/v],
	['[backup]\nlevel = 7', 1, /unknown key: backup/v],
	['toString = 7', 1, /unknown key: toString/v],
	['"__proto__" = 7', 1, /unknown key/v],
	['level = 6\n# \0\n', 2, /NUL/v],
	[Buffer.from('level = 6\nhost = "\u{E9}"\n', 'latin1'), 2, /UTF-8/v],
	['\u{1B}[2J = 1', 1, /column/v],
];

test('a mistake is told with its line, the key, the value, and what it takes', () => {
	for (const [text, line, words] of mistakes) {
		assert.throws(() => read(text), (error: Error) => {
			assert.ok(error instanceof ConfigurationError, error.stack);
			assert.ok(error.message.startsWith(`/etc/x.toml:${line}: `), error.message);
			assert.match(error.message, words);
			assert.doesNotMatch(error.message, /[\n\u{1B}]/v);
			return true;
		}, text.toString());
	}
});

test('what one call is about stands in no configuration', () => {
	for (const key of ['yes', 'dry-run', 'json', 'quiet', 'date', 'retry', 'unattended', 'files-from', 'files-count', 'ignore-missing', 'left-out', 'help', 'version', 'config', 'no-config']) {
		assert.throws(() => read(`${key} = true`), /command line/v, key);
	}
});

test('a value has its type, a switch may be off, and a list may be empty', async () => {
	const {level, lockWait, keepDaily, keepWeekly, verify, recursive, exclude, include, reserve, color} = await options([
		'level = 0x9', 'lock-wait = 600', 'keep-daily = 7', 'keep-weekly = "unlimited"', 'no-verify = true', 'recursive = false', String.raw`exclude = ["*.gz", 'a\*b']`, 'include = []', 'reserve = "5%"', 'no-color = false',
	].join('\n'));
	assert.deepEqual({
		level, lockWait, keepDaily, keepWeekly, verify, recursive, exclude, include, reserve, color,
	}, {
		level: 9, lockWait: 600_000, keepDaily: 7, keepWeekly: Infinity, verify: false, recursive: false, exclude: ['*.gz', String.raw`a\*b`], include: [], reserve: {fraction: 0.05}, color: true,
	});
	assert.deepEqual(await options('# nothing'), await options(''));
});

test('a flag replaces a key whole, and a switch is turned off by its opposite', async () => {
	const text = 'exclude = ["a", "b"]\nrecursive = true\nno-verify = true\nlevel = 9\n';
	const both = await options(text, '--exclude', 'c', '--level=1');
	assert.deepEqual([both.exclude, both.level, both.recursive, both.verify], [['c'], 1, true, false]);
	const off = await options(text, '--no-recursive', '--verify');
	assert.deepEqual([off.exclude, off.level, off.recursive, off.verify], [['a', 'b'], 9, false, true]);
	assert.equal((await options(text, '--no-recursive', '--recursive')).recursive, true);
	assert.equal((await options('', '--no-recursive')).recursive, false);

	for (const name of ['--no-yes', '--no-level', '--no-no-verify', '--no-recursive=true', '--no-json']) {
		assert.throws(() => checkLine([name], lineFlags), name);
	}
});

test('a list of files is not held against the rules of a configuration', async () => {
	const configuration = configured('exclude = ["a"]\nrecursive = true\nlevel = 9\n');
	const {exclude, recursive, level} = await readOptions(checkLine(['--yes', '--files-from', '-'], lineFlags), configuration, {}, now);
	assert.deepEqual([exclude, recursive, level], [[], false, 9]);
});

test('a flag of a command that a configuration may set is one of a backup, read in the same way', () => {
	for (const table of [commandFlags, ...Object.values(commands).map(({flags}) => flags)]) {
		for (const [name, flag] of configurableFlags(table)) {
			const own = (backupFlags as Readonly<Record<string, Flag>>)[name];
			assert.ok(own?.isConfigurable, name);
			assert.equal(takesValue(own) && own.takes, takesValue(flag) && flag.takes, name);
		}
	}
});

/** Flags that a configuration may have, with values. */
const anySettings = fc.subarray(configurableFlags(backupFlags).map(([name]) => name)).chain(names => fc.tuple(...names.map(name => {
	const flag = (backupFlags as Readonly<Record<string, Flag>>)[name]!;
	return takesValue(flag)
		? fc.array(anyValue(name, flag), {minLength: 1, maxLength: flag.isMultiple ? 30 : 1}).map(texts => texts.map(text => spellFlag(name, text)))
		: fc.constantFrom([spellFlag(name)], [spellFlag(oppositeName(name))]);
})).map(flags => flags.flat()));

test('property: options come back from the configuration that is made of them', async () => {
	await fc.assert(fc.asyncProperty(anySettings, async given => {
		const wanted = await options('', ...given);
		const text = spellConfiguration(backupFlags, wanted, now);
		assert.deepEqual(await options(text), wanted, text);
		assert.equal(spellConfiguration(backupFlags, await options(text), now), text);
	}), {numRuns: 300});
});

/** A piece of TOML that means nothing of its own. */
const anyFill = fc.array(fc.constantFrom(' ', '\t', '\n', '\r\n', '# key = "\n', '#[x]\n', '\n# \'\'\'\n'), {maxLength: 4}).map(parts => `${parts.join('')}\n`);

const anyToml = fc.constantFrom(
	'1',
	'"a # b"',
	'\'c = d\'',
	String.raw`"\" # \\"`,
	'"""\nx = 1 # no\n"""',
	String.raw`"""# a\""""`,
	'\'\'\'\ny = \'2\'\n[z]\'\'\'',
	'"""""x"""""',
	'[1, 2]',
	'[\n  "a", # ]\n  \'b\',\n]',
	'{a = 1, b = [2]}',
	'true',
	'1979-05-27T07:32:00Z',
);

test('property: statements are found where they stand', () => {
	const statement = fc.tuple(anyFill, fc.constantFrom(['%', '%'], ['"%"', '%'], ['\'%\'', '%'], ['%.x', '%'], ['"%" . y', '%']), fc.constantFrom('=', ' = ', '\t= '), anyToml, fc.constantFrom('', ' # c', '\t'));
	fc.assert(fc.property(fc.array(statement, {maxLength: 6}), fc.boolean(), (parts, hasMark) => {
		let text = hasMark ? '\u{FEFF}' : '';
		const wanted = parts.map(([fill, [form], equals, value, comment], index) => {
			const key = `key-${index}`;
			text += fill;
			const start = text.length;
			text += form.replace('%', () => key) + equals;
			const valueStart = text.length;
			text += value;
			const found = {
				key, line: text.slice(0, start).split('\n').length, start, end: text.length, value: valueStart,
			};
			text += comment;
			return found;
		});
		// The parser takes it, which is all that is promised for.
		parse(text);
		assert.deepEqual(findStatements(text), wanted, text);
	}), {numRuns: 500});
});

test('the header of a table is found by the first part of its name', () => {
	assert.deepEqual(findStatements('a = 1\n\n[ b . c ] # d\ne = 2\n[["f"]]\n').map(({key, line}) => [key, line]), [['a', 1], ['b', 3], ['e', 4], ['f', 5]]);
});

/** A line that says something, and what its key has in it. */
const anyLine = fc.constantFrom(
	['# a comment', undefined],
	['', undefined],
	['level = 3 # why', 'level'],
	['exclude = [ # names\n  "*.gz", # packed\n  \'b\' # because\n]', 'exclude'],
	['  include = ["x"]', 'include'],
	['"recursive" = true', 'recursive'],
	['dest = "/a # b" # c', 'dest'],
	['host = """\nweb"""', 'host'],
) as fc.Arbitrary<readonly [line: string, key: string | undefined]>;

const anyChanges = fc.subarray(['level = 9', 'exclude = ["new"]', 'exclude = []', 'exclude = ["b", "new", "newer"]', 'exclude', 'include', 'recursive = false', 'dest = "/c"', 'dest', 'host', 'keep-last = 3', 'full = true', 'full'].map(text => text.split(' = ', 2) as [string, string?]))
	.map(changes => [...new Map(changes.map(([key, value]) => [key, value]))]);

test('property: a changed configuration says what was changed, keeps the rest, and every comment', () => {
	const lines = fc.uniqueArray(anyLine, {selector: ([line, key]) => key ?? line, maxLength: 8});
	fc.assert(fc.property(lines, anyChanges, fc.constantFrom('\n', ''), (parts, changes, ending) => {
		const text = parts.map(([line]) => line).join('\n') + ending;
		const edited = editConfiguration(text, changes);
		const [before, after] = [parse(text), parse(edited)];
		const wanted = new Map(Object.entries(before));

		for (const [key, value] of changes) {
			wanted.delete(key);

			if (value !== undefined) {
				wanted.set(key, parse(`${key} = ${value}`)[key]!);
			}
		}

		assert.deepEqual({...after}, Object.fromEntries(wanted), edited);

		const isListGone = changes.some(([key, value]) => key === 'exclude' && value === undefined);

		for (const comment of ['# a comment', '# why', '# c', ...(isListGone ? [] : ['# names', '# packed', '# because'])]) {
			assert.equal(edited.includes(comment), text.includes(comment), edited);
		}

		assert.equal(editConfiguration(edited, changes.filter(([, value]) => value === undefined)), edited);
	}), {numRuns: 500});
});

test('what is not changed stays as it is written, line by line', () => {
	const list = (items: readonly string[]) => `a = 1\nexclude = [\n${items.join('\n')}\n]\nb = 2\n`;
	const written = list(['\t"*.gz", # packed', '', '\t"b",', '\t"c", "d"']);
	const edit = (text: string, ...changes: ReadonlyArray<readonly [key: string, value: string | undefined]>) => editConfiguration(text, changes);
	// A line that has nothing else goes, one with a comment becomes one, and what stands beside others is taken out of its line.
	assert.equal(edit(written, ['exclude', '["*.gz", "c", "d"]']), list(['\t"*.gz", # packed', '', '\t"c", "d"']));
	assert.equal(edit(written, ['exclude', '["b", "c", "d"]']), list(['\t# "*.gz", # packed', '', '\t"b",', '\t"c", "d"']));
	assert.equal(edit(written, ['exclude', '["*.gz", "b", "d"]']), list(['\t"*.gz", # packed', '', '\t"b",', '\t"d"']));
	assert.equal(edit(written, ['exclude', '["*.gz", "b", "c"]']), list(['\t"*.gz", # packed', '', '\t"b",', '\t"c",']));
	assert.equal(edit(written, ['exclude', '["*.gz", "b", "c", "d", "e"]']), list(['\t"*.gz", # packed', '', '\t"b",', '\t"c", "d",', '\t"e",']));
	assert.equal(edit(list(['\t"a",', '\t# of c', '\t"c"']), ['exclude', '["c"]']), list(['\t# of c', '\t"c"']));
	// In one line it is as a whole what was wanted.
	assert.equal(edit('exclude = ["a", "b"] # why\n', ['exclude', '["b"]']), 'exclude = ["b"] # why\n');
	assert.equal(edit('exclude = [\n]\n', ['exclude', '["b"]']), 'exclude = ["b"]\n');
	assert.equal(edit('a = 1\nlevel = 3 # why\nb = 2\n', ['level', undefined]), 'a = 1\n# level = 3 # why\nb = 2\n');
	assert.equal(edit('a = 1\nlevel = 3\nb = 2', ['level', undefined], ['b', undefined]), 'a = 1\n');
	assert.equal(edit('a = 1', ['level', '3']), 'a = 1\nlevel = 3\n');
	assert.equal(edit('a = 1\n\n[x]\nlevel = 1\n', ['jobs', '3']), 'a = 1\n\njobs = 3\n[x]\nlevel = 1\n');
});

test('a configuration that is named has to be there, and one that is not may be missing', async () => {
	await using place = await Place.create();
	const file = place.at('x.toml');
	assert.equal(await readConfiguration(file, lineFlags), undefined);
	await assert.rejects(readNamedConfiguration(file, lineFlags), ConfigurationError);
	const load = async (...line: readonly string[]) => loadConfiguration(checkLine(line, lineFlags), lineFlags, {});
	await assert.rejects(load('--config', file), ConfigurationError);
	await assert.rejects(load('--config', file, '--no-config'), UsageError);
	assert.deepEqual(await load('--no-config'), noConfiguration);
	await place.write('x.toml', 'level = 9\n');
	const {files, values} = await load('--config', file);
	assert.deepEqual([files, [...values]], [[file], [['level', {value: 9, file, line: 1}]]]);
});

test('whoever is not root has a configuration of his own, where XDG has it', t => {
	t.mock.method(process as Required<typeof process>, 'geteuid', () => 1000);
	const own = '/nowhere/config/logbackup-tui.toml';
	assert.deepEqual(usualConfigurations({XDG_CONFIG_HOME: '/nowhere/config', HOME: '/home/a'}), [systemConfiguration, own]);

	for (const given of ['relative', '']) {
		assert.deepEqual(usualConfigurations({XDG_CONFIG_HOME: given, HOME: '/nowhere'}), [systemConfiguration, '/nowhere/.config/logbackup-tui.toml']);
	}

	t.mock.method(process as Required<typeof process>, 'geteuid', () => 0);
	assert.deepEqual(usualConfigurations({XDG_CONFIG_HOME: '/nowhere/config', HOME: '/home/a'}), [systemConfiguration]);
});
