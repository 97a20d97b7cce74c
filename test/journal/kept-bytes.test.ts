import assert from 'node:assert/strict';
import {test} from 'node:test';
import {DistinctValues, KeptBytes} from '../../source/journal/kept-bytes.ts';

function keep(text: string, limit = 10_000): KeptBytes {
	const kept = new KeptBytes();
	const bytes = Buffer.from(text, 'latin1');
	kept.add(bytes, 0, bytes.length, limit);
	return kept;
}

test('no more is kept than may be, in however many pieces it comes, and that is told', () => {
	const kept = new KeptBytes();
	const bytes = Buffer.from('0123456789');
	assert.equal(kept.add(bytes, 2, 6, 5), true);
	assert.equal(kept.text, '2345');
	assert.equal(kept.add(bytes, 6, 7, 5), true);
	assert.equal(kept.add(bytes, 7, 8, 5), false);
	assert.equal(kept.text, '23456');
	kept.clear();
	assert.deepEqual([kept.text, kept.bytes.length], ['', 0]);
	const long = 'x'.repeat(3000);
	const copy = new KeptBytes();
	copy.take(keep(long));
	assert.equal(copy.text, long);
	copy.take(keep('ab'));
	assert.equal(copy.text, 'ab');
});

test('a number is digits alone, as many as are exact', () => {
	assert.deepEqual(['0', '0012', '9876543210', '9'.repeat(16)].map(text => keep(text).number), [0, 12, 9_876_543_210, Number('9'.repeat(16))]);

	for (const none of ['', '1x', '/', ':', '-1', ' 1', '1'.repeat(17)]) {
		assert.equal(keep(none).number, undefined, none);
	}
});

test('bytes are the same if all of them are', () => {
	assert.equal(keep('ab').equals(keep('ab')), true);
	assert.deepEqual(['ac', 'bb', 'a', 'abc', ''].map(text => keep('ab').equals(keep(text))), [false, false, false, false, false]);
});

test('values are told once, in order, and not without end', () => {
	const values = new DistinctValues();

	for (const text of ['b', 'b', 'a', 'b', 'a', '']) {
		values.note(keep(text));
	}

	assert.deepEqual(values.values, ['b', 'a', '']);

	for (let index = 0; index < 2000; index++) {
		values.note(keep(String(index)));
	}

	assert.deepEqual([values.values.length, values.values.at(-1)], [1000, '996']);
});
