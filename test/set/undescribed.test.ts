import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {explainTorn, judgeUndescribed} from '../../source/set/undescribed/dated-directory.ts';
import {glanceForCopy} from '../../source/set/undescribed/whole-copy.ts';
import {copyOf, Place} from '../support/set-fixtures.ts';

const sums = `${'0'.repeat(64)}  a.gz\n${'1'.repeat(64)}  manifest.json\n`;

const stateOf = (place: Place) => judgeUndescribed(Buffer.from(place.root)).state;

test('a directory without anything, or without a file that is and begins as gzip has it, is empty', async () => {
	await using place = await Place.create();
	assert.equal(stateOf(place), 'empty');
	await place.write('notes.txt', copyOf('a'));
	await place.write('short.gz', Buffer.of(0x1F));
	await place.write('no.gz', 'text');
	await place.write('half.gz', Buffer.of(0x1F, 0x8C));
	await fs.mkdir(place.at('directory.gz'));
	await fs.symlink('notes.txt', place.at('link.gz'));
	await place.write('deep/er/no.gz', 'text');
	assert.equal(stateOf(place), 'empty');
});

test('one with gzip files, however deep and called, is of something else', async () => {
	for (const name of ['a.gz', 'deep/er/a.gz', `${'d/'.repeat(16)}a.gz`, 'caf\u{E9}.gz']) {
		await using place = await Place.create();
		await place.write(name, copyOf('a'));
		assert.equal(stateOf(place), 'foreign', name);
	}

	await using bytes = await Place.create();
	await fs.writeFile(Buffer.concat([Buffer.from(`${bytes.root}/`), Buffer.from([0xFF, 0xFE]), Buffer.from('.gz')]), copyOf('a'));
	assert.equal(stateOf(bytes), 'foreign');
	await using deep = await Place.create();
	await deep.write(`${'d/'.repeat(17)}a.gz`, copyOf('a'));
	assert.equal(stateOf(deep), 'empty', 'deeper than any script makes it');
});

test('one with the checksums of a manifest had one; with those of other files, it is of something else', async () => {
	await using place = await Place.create();
	await place.write('a.gz', copyOf('a'));
	await place.write('SHA256SUMS', sums);
	assert.equal(stateOf(place), 'damaged');
	await place.write('SHA256SUMS', `${'0'.repeat(64)}  b.gz\n`.repeat(100) + sums);
	assert.equal(stateOf(place), 'damaged', 'whose end alone is read');
	await place.write('SHA256SUMS', `${'1'.repeat(64)}  manifest.json\n${'0'.repeat(64)}  a.gz\n`);
	assert.equal(stateOf(place), 'foreign');
	await place.write('SHA256SUMS', '');
	assert.equal(stateOf(place), 'foreign');
	await fs.rm(place.at('a.gz'));
	assert.equal(stateOf(place), 'empty');
});

test('one with a work directory was never finished; one that cannot be looked into is damaged', async () => {
	await using place = await Place.create();
	await place.write('a.gz', copyOf('a'));
	await fs.mkdir(place.at('.logbackup'));
	assert.equal(stateOf(place), 'damaged');
	assert.equal(judgeUndescribed(Buffer.from(place.at('nowhere'))).state, 'damaged');
});

test('a set whose manifest is sound is torn without checksums, or with nothing but its own files', async () => {
	await using place = await Place.create();
	const torn = () => explainTorn(Buffer.from(place.root));
	await place.write('manifest.json');
	const noCopies = torn();
	assert.notEqual(noCopies, undefined);
	await place.write('SHA256SUMS', sums);
	await fs.mkdir(place.at('.logbackup'));
	assert.equal(torn(), noCopies);
	await place.write('a.gz');
	assert.equal(torn(), undefined);
	await fs.rm(place.at('SHA256SUMS'));
	assert.ok(torn()?.includes('SHA256SUMS'));
});

test('copies that are not small are looked at until the time for a glance is over', async t => {
	await using place = await Place.create();
	const large = gzipSync(randomBytes(100_000));

	// Six that are cut short, and one that is whole, and the last to be found, being larger.
	for (let number = 0; number < 6; number++) {
		await place.write(`${number}.gz`, large.subarray(0, 80_000 + number));
	}

	await place.write('whole.gz', large);
	const clock = t.mock.method(performance, 'now', () => 1000);
	assert.equal(glanceForCopy(Buffer.from(place.root)), 'whole');
	let now = 0;
	clock.mock.mockImplementation(() => now++ * 1000);
	assert.equal(glanceForCopy(Buffer.from(place.root)), 'unsettled');
});
