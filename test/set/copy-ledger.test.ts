import assert from 'node:assert/strict';
import {test} from 'node:test';
import {copyLine, CopyTotals, type CopyRecord} from '../../source/set/manifest/manifest.ts';
import {ledgerOf, recordOf, sha256Of} from '../support/set-fixtures.ts';

const names = (count: number) => Array.from({length: count}, (_, index) => `${String(index).padStart(4, '0')}.log`);

const odd = recordOf('odd', {
	path: Buffer.from([0x6F, 0xFF]), file: Buffer.from([0x6F, 0xFF, 0x2E, 0x67, 0x7A]), notes: ['grew'], reusedFrom: '2026-03-13', unkept: ['time'], xattrs: {'user.a': 'YQ=='},
});

const byName = (records: readonly CopyRecord[]) => records.toSorted((one, other) => one.file.compare(other.file));

for (const count of [0, 1, 127, 128, 129, 700, 20_000]) {
	test(`${count} copies and an odd one come back as they were, in order and by their names`, () => {
		const records = names(count).map(name => recordOf(name, {sha256: sha256Of(name)}));
		// Neither in the order of their names, nor the reverse.
		const mixed = [...records.filter((_, index) => index % 3 === 1), odd, ...records.filter((_, index) => index % 3 !== 1).toReversed()];
		const ledger = ledgerOf(mixed);
		assert.deepEqual([...ledger.records()], mixed);
		assert.deepEqual([...ledger.lines()], byName(mixed).map(record => copyLine(record)));
		assert.deepEqual([...ledger.checksums()], byName(mixed).map(({file, sha256}) => ({file, sha256})));
		assert.deepEqual(ledger.totals, CopyTotals.of(mixed));
	});
}

test('more can be added once it was read', () => {
	const ledger = ledgerOf([recordOf('b')]);
	assert.equal([...ledger.lines()].length, 1);
	ledger.add(recordOf('a'));
	assert.deepEqual([...ledger.lines()], ['a', 'b'].map(name => copyLine(recordOf(name))));
});

test('sums tell what is linked, read back and not kept apart', () => {
	const {
		count, bytesIn, bytesOut, pathBytes, fileBytes, verified, reused, bytesInReused, bytesNew, unkept, unkeptKinds, reusedFrom, version,
	} = CopyTotals.of([
		recordOf('a', {bytesIn: 100, bytesOut: 40}),
		recordOf('bb', {
			bytesIn: 200, bytesOut: 50, isVerified: false, stored: 'zstd',
		}),
		recordOf('c', {
			bytesIn: 400, bytesOut: 60, reusedFrom: '2026-03-13', unkept: ['owner', 'time'],
		}),
		recordOf('d', {
			bytesIn: 800, bytesOut: 70, reusedFrom: '2026-03-12', unkept: ['time'],
		}),
	]);
	assert.deepEqual({
		count, bytesIn, bytesOut, pathBytes, fileBytes, verified, reused, bytesInReused, bytesNew, unkept, version,
	}, {
		count: 4, bytesIn: 1500, bytesOut: 220, pathBytes: 5, fileBytes: 17, verified: 3, reused: 2, bytesInReused: 1200, bytesNew: 90, unkept: 2, version: 3,
	});
	assert.deepEqual([[...unkeptKinds].toSorted(), reusedFrom], [['owner', 'time'], ['2026-03-12', '2026-03-13']]);
});
