import assert from 'node:assert/strict';
import {test} from 'node:test';
import {checksumOf, formatChecksums, parseChecksums} from '../../source/set/checksums.ts';
import {run} from '../support/run.ts';
import {Place} from '../support/set-fixtures.ts';

const sum = checksumOf('content\n');

const format = (...names: readonly string[]) => Buffer.concat([...formatChecksums(names.map(name => ({sha256: sum, file: Buffer.from(name)})))]).toString();

/** Names with each character that is escaped, alone and beside what its escape is made of. */
const oddNames = ['a\r', '\r', 'a\nb', '\n', '\\', String.raw`a\b`, String.raw`\n`, '\\\n', '\\\\', String.raw`a\r`, ' leading', 'trailing ', '*star', 'two  spaces', 'caf\u{E9}'];

test('a line is a sum, two spaces and a name; with an escape, it begins with a backslash', () => {
	assert.equal(format('syslog.gz'), `${sum}  syslog.gz\n`);
	assert.equal(format('a\nb', String.raw`c\d`, 'e\rf', 'g'), `\\${sum}  a\\nb\n\\${sum}  c\\\\d\n\\${sum}  e\\rf\n${sum}  g\n`);
});

test('each odd name is read again as it was, and sha256sum itself finds it', async () => {
	for (const name of oddNames) {
		const {sums, badLines} = parseChecksums(Buffer.from(format(name)));
		assert.deepEqual([...sums], [[Buffer.from(name).toString('latin1'), sum]], JSON.stringify(name));
		assert.equal(badLines, 0);
	}

	await using place = await Place.create();

	for (const name of oddNames) {
		await place.write(name, 'content\n');
	}

	await place.write('sums', format(...oddNames));
	const {stdout} = await run('sha256sum', ['--check', '--strict', '--quiet', 'sums'], {cwd: place.root});
	assert.equal(stdout, '');
});

test('what sha256sum writes for binary files is read too; what is no line of it is counted', () => {
	const {sums, badLines} = parseChecksums(Buffer.from(`${sum} *a\n\n${sum} b\n${sum.toUpperCase()}  c\n${sum.slice(1)}  d\n${sum}  \n# remark\n${sum}  e`));
	assert.deepEqual([...sums], [['a', sum], ['e', sum]]);
	assert.equal(badLines, 5);
});
