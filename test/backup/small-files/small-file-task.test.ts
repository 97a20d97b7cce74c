import assert from 'node:assert/strict';
import {openSync, fstatSync} from 'node:fs';
import {test} from 'node:test';
import {linkedDraft, openDraft} from '../../../source/backup/small-files/small-file-drafts.ts';
import {type SmallCopy, smallCopyLimit} from '../../../source/backup/small-files/small-file-messages.ts';
import {
	planReuse,
	planTask,
	type SmallFileTask,
	toComplete,
	toLinked,
	toRequest,
} from '../../../source/backup/small-files/small-file-task.ts';
import type {Entry} from '../../../source/origin/entry.ts';
import type {Claim} from '../../../source/backup/copying/claims.ts';
import type {CopyRecord} from '../../../source/set/manifest/manifest.ts';
import type {PreviousSet} from '../../../source/set/previous.ts';
import type {Staging} from '../../../source/set/staging/staging.ts';
import {recordOf} from '../../support/copy-records.ts';

const entry: Entry = {
	path: Buffer.from([0x61, 0xE9]), kind: 'file', size: 10, allocated: 4096, modified: 0, isReadable: true, identity: {device: 1n, inode: 2n}, born: 3n,
};
const claim: Claim = {path: entry.path, names: {compressed: Buffer.from('a.gz'), format: 'gzip', asIs: Buffer.from('a')}};

const task = (facts: Partial<SmallFileTask> = {}): SmallFileTask => ({
	entry, claim, draft: '.logbackup/7.tmp', extras: {}, lookedAt: 1234, reuse: undefined, ...facts,
});

test('a thread is told what to read, which file that must be, and where to put it', () => {
	assert.deepEqual(toRequest(5, task()), {
		number: 5, path: 'a\u{E9}', isLink: false, identity: '1:2', born: 3n, mayBeAsIs: true, isRestricted: false, lookedAt: 1234, draft: '.logbackup/7.tmp',
	});
	const {identity: _, ...unknown} = entry;
	assert.ok(!('identity' in toRequest(5, task({entry: unknown}))));
	const {born: __, ...unborn} = entry;
	assert.deepEqual(Object.keys(toRequest(5, task({entry: unborn}))).filter(name => ['identity', 'born'].includes(name)), ['identity']);
	assert.partialDeepStrictEqual(toRequest(5, task({entry: {...entry, kind: 'symlink'}, extras: {isRestricted: true}, claim: {path: entry.path, names: {compressed: Buffer.from('a.gz'), format: 'gzip'}}})), {isLink: true, isRestricted: true, mayBeAsIs: false});
	assert.ok(!('identity' in toRequest(5, task({entry: {...entry, kind: 'symlink'}}))));
});

const earlier: Pick<PreviousSet, 'date'> = {date: '2026-03-13'};
const previous = earlier as PreviousSet;
const context = (record: CopyRecord) => ({staging: {draftName: () => 'drawn'} as unknown as Staging, previous, reusable: new Map([[entry, record]])});

test('what has not changed is linked from the previous set, by the name that its copy has there', () => {
	const record = recordOf('before', {
		file: Buffer.from('before.gz'), bytesOut: 77, sha256: 'f'.repeat(64), source: {...recordOf('x').source, mode: '0644', gid: 9},
	});
	const reuse = planReuse(entry, claim, context(record));
	assert.deepEqual(reuse?.record, record);
	assert.partialDeepStrictEqual(reuse?.reused, {reusedFrom: '2026-03-13', bytesOut: 77});
	assert.deepEqual([reuse.reused.path, reuse.reused.file.toString()], [entry.path, 'a.gz']);
	assert.deepEqual(toRequest(5, task({reuse})).reuse, {
		copy: 'before.gz', bytes: 77, sha256: 'f'.repeat(64), limits: {mode: 0o644, gid: 9},
	});
	const unkept = planReuse(entry, claim, context({...record, unkept: ['mode']}));
	assert.ok(!('limits' in toRequest(5, task({reuse: unkept})).reuse!));
	assert.equal(planReuse(entry, claim, context({...record, stored: 'as-is'}))!.reused.file.toString(), 'a');
	assert.equal(planReuse(entry, {...claim, names: {compressed: Buffer.from('a.gz'), format: 'gzip'}}, context({...record, stored: 'as-is'})), undefined, 'its name is needed for something else');
	assert.ok(planReuse(entry, claim, context({...record, bytesOut: smallCopyLimit})));
	assert.equal(planReuse(entry, claim, context({...record, bytesOut: smallCopyLimit + 1})), undefined);
	assert.equal(planReuse({...entry}, claim, context(record)), undefined, 'another file');
	assert.equal(planReuse(entry, claim, {...context(record), previous: undefined}), undefined);
	assert.equal(planTask({
		entry, claim, extras: {}, lookedAt: 0, reuse,
	}, context(record)).draft, 'drawn');
	const linked = toLinked(task({reuse}));
	assert.equal(linked.record, reuse.reused);
	assert.equal(linked.draft.name, '.logbackup/7.tmp');
});

const copied = ({stored = 'gzip', ...reading}: Partial<SmallCopy['reading'] & SmallCopy['written']> = {}): SmallCopy => ({
	number: 5,
	outcome: 'copied',
	fd: -1,
	reading: {
		notes: ['grew'], bytesIn: 10, source: {...recordOf('x').source, size: 10}, ...reading,
	},
	written: {
		stored, bytesOut: 30, contentChecksum: '00000063', sha256: 'a'.repeat(64),
	},
});

test('what a thread has copied is recorded with all that is known of it', () => {
	const {record, draft} = toComplete(copied(), task({extras: {xattrs: {'user.x': 'eA=='}, isRestricted: true, isIncomplete: true}}), true);
	assert.deepEqual(record, {
		stored: 'gzip',
		bytesIn: 10,
		bytesOut: 30,
		contentChecksum: '00000063',
		sha256: 'a'.repeat(64),
		source: {...recordOf('x').source, size: 10},
		xattrs: {'user.x': 'eA=='},
		isRestricted: true,
		notes: ['attributes', 'grew'],
		path: entry.path,
		file: claim.names.compressed,
		isVerified: true,
	});
	assert.equal(draft.name, '.logbackup/7.tmp');
	assert.equal(toComplete(copied({stored: 'as-is'}), task(), false).record.file.toString(), 'a');
	assert.equal(toComplete(copied(), task(), false).record.isVerified, false);
	const renamed = toComplete(copied({notes: [], source: {...recordOf('x').source, size: 4}}), task({entry: {...entry, listedAs: Buffer.from('old')}}), true).record;
	assert.deepEqual([renamed.notes, renamed.listedAs?.toString()], [['renamed', 'shrunk'], 'old']);
	assert.ok(!('listedAs' in record));
});

test('a draft of a thread is synced and closed here; a link needs neither', async () => {
	const fd = openSync(import.meta.filename, 'r');
	const draft = openDraft(fd, 'x');
	await draft.handle.sync();
	await draft.handle.close();
	assert.throws(() => fstatSync(fd), {code: 'EBADF'});
	await assert.rejects(openDraft(fd, 'x').handle.sync(), {code: 'EBADF'});
	await assert.rejects(async () => openDraft(fd, 'x').handle.close(), {code: 'EBADF'});
	const linked = linkedDraft('y');
	await linked.handle.sync();
	await linked.handle.close();
	assert.equal(linked.name, 'y');
});
