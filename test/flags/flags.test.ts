import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {backupFlags} from '../../source/flags/backup-flags.ts';
import {type FlagTable, spellFlag, takesValue} from '../../source/flags/flag.ts';
import {checkLine} from '../../source/flags/check-line.ts';
import {readFlags} from '../../source/flags/read-flags.ts';
import {spellOptions} from '../../source/flags/spell-options.ts';
import {anyValue} from './flag-values.ts';

const now = new Date('2026-03-14T12:00:00Z');

const anyLine = fc.subarray(Object.keys(backupFlags)).chain(names => fc.tuple(...names.map(name => {
	const flag = (backupFlags as FlagTable)[name]!;
	return takesValue(flag)
		? fc.array(anyValue(name, flag), {minLength: 1, maxLength: flag.isMultiple ? 3 : 1}).map(texts => texts.map(text => spellFlag(name, text)))
		: fc.constant([spellFlag(name)]);
})).map(flags => flags.flat()));

test('property: what flags set is set again by the flags that are made of it', async () => {
	await fc.assert(fc.asyncProperty(anyLine, async given => {
		const options = await readFlags(checkLine(given, backupFlags), backupFlags, now);
		const spelled = spellOptions(backupFlags, options, () => true, now);
		assert.deepEqual(await readFlags(checkLine(spelled, backupFlags), backupFlags, now), options);
		assert.deepEqual(spellOptions(backupFlags, options, () => true, now), spelled);
	}), {numRuns: 200});
});

test('a flag and its value may be two words, unless the value could be a flag', async () => {
	const read = async (...line: string[]) => readFlags(checkLine(line, backupFlags), backupFlags, now);
	const options = await read('--source', 'x', '--exclude', '*.gz', '--exclude', 'true', '-rn', '--files-from', '-', '--no-verify', '--level', '9', '--lock-wait', '3');
	assert.equal(options.source, 'x');
	assert.deepEqual(options.exclude, ['*.gz', 'true']);
	assert.equal(options.recursive, true);
	assert.equal(options.dryRun, true);
	assert.equal(options.filesFrom, '-');
	assert.equal(options.verify, false);
	assert.equal(options.level, 9);
	assert.equal(options.lockWait, 3000);
	assert.throws(() => checkLine(['--exclude', '-x'], backupFlags), /--exclude=-x/v);
	assert.throws(() => checkLine(['--source', '--', 'x'], backupFlags), /--source takes/v);
});

test('without flags all is as the table says', async () => {
	const options = await readFlags(checkLine([], backupFlags), backupFlags, now);
	assert.equal(options.verify, true);
	assert.equal(options.color, true);
	assert.equal(options.yes, false);
	assert.deepEqual(options.include, []);
	assert.deepEqual([options.format, options.level], ['gzip', undefined]);
	assert.equal(options.lockWait, 0);
	assert.equal(options.source, undefined);
	assert.deepEqual(options, await readFlags(checkLine(['--yes'], backupFlags), backupFlags, now).then(read => ({...read, yes: false})));
});

test('words are told from flags, also after --, and keep their order', () => {
	const {flags, words} = checkLine(['a', '-n', 'true', '--', '--yes', '-x'], backupFlags);
	assert.deepEqual(flags, ['--dry-run']);
	assert.deepEqual(words.map(({text}) => text), ['a', 'true', '--yes', '-x']);
});
