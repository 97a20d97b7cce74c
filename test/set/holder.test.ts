import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {
	describeHolder,
	describeSelf,
	isAliveHere,
	isHere,
	locate,
	parseHolder,
} from '../../source/set/lock/holder.ts';

test('where a holder is to be looked for is told by boot, namespaces, and who can write there', async () => {
	const self = await describeSelf('file');
	assert.equal(await locate(self, true), 'here');
	assert.equal(await locate({...self, host: 'renamed'}, false), 'here');
	assert.equal(await locate({...self, boot_id: 'other'}, true), 'gone');
	assert.equal(await locate({...self, boot_id: 'other'}, false), 'elsewhere');
	assert.equal(await locate({...self, boot_id: ''}, true), 'elsewhere');
	assert.equal(await locate({...self, namespaces: 'pid:[1]'}, true), 'elsewhere');
	const {namespaces: _namespaces, ...old} = self;
	assert.equal(await locate(old, true), 'here');
	assert.match(self.namespaces!, /^pid:\[\d+\]/v);
});

test('a process is alive if one of its pid has its start time', async () => {
	const self = await describeSelf('file');
	assert.equal(await isAliveHere(self), true);
	assert.equal(await isAliveHere({...self, start_ticks: String(Number(self.start_ticks) + 1)}), false);
	assert.equal(await isAliveHere({...self, pid: 2 ** 30}), false);
	const stat = await fs.readFile('/proc/self/stat', 'utf8');
	assert.equal(self.start_ticks, stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20)[19]);
});

test('what a holder wrote is read, whatever else is in the file; what says nothing of the kind is none', () => {
	const holder = {
		pid: 12, host: 'web1', boot_id: 'b', namespaces: 'pid:[1]', start_ticks: '3', since: '2026', kept_by: 'file',
	} as const;
	assert.deepEqual(parseHolder(`${JSON.stringify(holder)}\nrest of a longer line`), holder);
	assert.equal(parseHolder(JSON.stringify({...holder, kept_by: 'anything'}))?.kept_by, 'kernel');
	assert.equal('namespaces' in parseHolder(JSON.stringify({...holder, namespaces: 1}))!, false);

	for (const text of ['', '{', 'null', '[]', ...[{pid: '12'}, {pid: 1.5}, {boot_id: 1}, {start_ticks: 3}].map(change => JSON.stringify({...holder, ...change}))]) {
		assert.equal(parseHolder(text), undefined, text);
	}
});

test('only of a holder here does its pid mean a process', async () => {
	const self = await describeSelf('kernel');
	assert.equal(await isHere(self), true);
	assert.equal(await isHere({...self, boot_id: 'other'}), false);
	assert.deepEqual([self.kept_by, (await describeSelf('file')).kept_by], ['kernel', 'file']);
});

test('a holder\'s words are safe to print', () => {
	const text = describeHolder({
		pid: 12, host: 'web\u{1B}[31m1', boot_id: 'b', start_ticks: '3', since: '2026\n', kept_by: 'file',
	});
	assert.ok(text.includes('12') && text.includes('web') && text.includes('2026'));
	assert.doesNotMatch(text, /[\n\u{1B}]/v);
	assert.notEqual(describeHolder(undefined), '');
});
