import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {SourceStats} from '../../source/set/manifest/manifest.ts';
import {isUnchanged, isUnreliable, UnchangedSources} from '../../source/set/unchanged.ts';

const stats: SourceStats = {
	dev: '10', ino: '20', size: 30, mtime_ns: '40', ctime_ns: '50', mode: '0640', uid: 60, gid: 70,
};

const copyOf = (name: string, source: Partial<SourceStats> = {}, notes: readonly string[] = []) => ({path: Buffer.from(name), source: {...stats, ...source}, notes});

const nowOf = (name: string, changes: Partial<SourceStats> = {}, hasOtherNames = false) => ({path: Buffer.from(name), stats: {...stats, ...changes}, hasOtherNames});

/** What a source may be another by, each by itself. */
const differences: Partial<SourceStats> = {
	dev: '11', ino: '21', size: 31, mtime_ns: '41', ctime_ns: '51', mode: '0600', uid: 61, gid: 71,
};

test('a source is unchanged only if device, inode, size, both times, mode, owner and group all are', () => {
	assert.equal(isUnchanged(copyOf('a'), nowOf('a')), true);

	for (const [field, value] of Object.entries(differences)) {
		assert.equal(isUnchanged(copyOf('a'), nowOf('a', {[field]: value})), false, field);
	}
});

test('a copy whose manifest has no time of change is told by the rest', () => {
	const {ctime_ns: _changed, ...old} = stats;
	assert.equal(isUnchanged({path: Buffer.from('a'), source: old, notes: []}, nowOf('a')), true);
	assert.equal(isUnchanged({path: Buffer.from('a'), source: old, notes: []}, nowOf('a', {mtime_ns: '41'})), false);
});

test('nothing is told by a copy of a source that was written to a moment before, or that is no whole of one moment', () => {
	assert.equal(isUnchanged(copyOf('a', {racy: true}), nowOf('a')), false);

	for (const note of ['truncated', 'unsized', 'changed']) {
		assert.equal(isUnreliable({notes: ['grew', note]}), true, note);
		assert.equal(isUnchanged(copyOf('a', {}, [note]), nowOf('a')), false, note);
		const sources = new UnchangedSources<string>();
		sources.add(copyOf('a', {}, [note]), 'copy');
		assert.equal(sources.find(nowOf('a')), undefined, note);
	}

	for (const note of ['grew', 'rotated', 'reused']) {
		assert.equal(isUnreliable({notes: [note]}), false, note);
		assert.equal(isUnchanged(copyOf('a', {}, [note]), nowOf('a')), true, note);
	}
});

test('the copy of an unchanged source is found under its name, and under the one that rotation gave it', () => {
	const sources = new UnchangedSources<string>();
	sources.add(copyOf('syslog'), 'copy');
	assert.equal(sources.find(nowOf('syslog')), 'copy');
	// A new name changes the time of change, and nothing else.
	assert.equal(sources.find(nowOf('syslog.1', {ctime_ns: '51'})), 'copy');
	assert.equal(sources.find(nowOf('syslog', {ctime_ns: '51'})), undefined, 'touched under the same name');

	for (const [field, value] of Object.entries(differences).filter(([name]) => name !== 'ctime_ns')) {
		assert.equal(sources.find(nowOf('syslog.1', {[field]: value})), undefined, field);
	}
});

test('a file that has got a second name is no renamed one', () => {
	const sources = new UnchangedSources<string>();
	sources.add(copyOf('a'), 'copy of a');
	assert.equal(sources.find(nowOf('b', {ctime_ns: '51'}, true)), undefined);
	assert.equal(sources.find(nowOf('b', {}, true)), 'copy of a', 'nothing was done to it since');
	sources.add(copyOf('b'), 'copy of b');
	assert.equal(sources.find(nowOf('b', {}, true)), 'copy of b', 'each has its own');
	assert.equal(sources.find(nowOf('b', {ctime_ns: '51'}, true)), undefined, 'what was done to it is not undone by the other name');
	assert.equal(sources.find(nowOf('a')), 'copy of a');
});
