import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareSets} from '../../source/set/set-differences.ts';
import type {FileFacts} from '../../source/set/file-facts.ts';

type Facts = {readonly path: string; readonly ino?: number; readonly size?: number; readonly content?: string; readonly time?: number};

const toFacts = ({path, ino, size = 10, content, time = 5}: Facts): FileFacts => ({
	path: Buffer.from(path), bytesIn: size, bytesOut: size, ...(content !== undefined && {content}), ...(ino !== undefined && {origin: {id: `1:${ino}`, mtime: BigInt(time)}}),
});

/** What became of files, as `kind before after`. */
const changes = (older: readonly Facts[], newer: readonly Facts[]) =>
	compareSets(older.map(facts => toFacts(facts)), newer.map(facts => toFacts(facts)))
		.map(({kind, before, after}) => [kind, ...(before ? [before.path.toString()] : []), ...(after ? [after.path.toString()] : [])].join(' '));

const syslog: Facts = {path: 'syslog', ino: 1, content: 'a'};

test('the same content under the same name is unchanged, whatever file it is', () => {
	assert.deepEqual(changes([syslog], [syslog]), ['unchanged syslog syslog']);
	assert.deepEqual(changes([syslog], [{...syslog, ino: 2}]), ['unchanged syslog syslog']);
});

test('the same file that has become longer, and no older, is grown; else it is changed', () => {
	const grown: Facts = {
		...syslog, size: 11, content: 'b', time: 6,
	};
	assert.deepEqual(changes([syslog], [grown]), ['grown syslog syslog']);
	assert.deepEqual(changes([syslog], [{...grown, time: 5}]), ['grown syslog syslog']);
	assert.deepEqual(changes([syslog], [{...grown, time: 4}]), ['changed syslog syslog']);
	assert.deepEqual(changes([syslog], [{...grown, size: 9}]), ['changed syslog syslog']);
	assert.deepEqual(changes([syslog], [{...grown, size: 10}]), ['changed syslog syslog'], 'as long as it was, and other content');
	assert.deepEqual(changes([syslog], [{...grown, ino: 2}]), ['changed syslog syslog']);
	const {ino: _ino, ...unknown} = grown;
	assert.deepEqual(changes([syslog], [unknown]), ['changed syslog syslog']);
	assert.deepEqual(changes([{path: 'a', content: 'a'}], [{path: 'a', content: 'b', size: 11}]), ['changed a a']);
	assert.deepEqual(changes([{path: 'a'}], [{path: 'a'}]), ['changed a a'], 'where nothing tells of the content');
});

test('what is in one set alone is gone or added', () => {
	assert.deepEqual(changes([syslog], []), ['gone syslog']);
	assert.deepEqual(changes([], [syslog]), ['added syslog']);
});

test('a file under another name is rotated, by its inode or by its content', () => {
	const fresh: Facts = {
		path: 'syslog', ino: 2, content: 'new', size: 1,
	};
	assert.deepEqual(changes([syslog], [{...syslog, path: 'syslog.1'}, fresh]), ['added syslog', 'rotated syslog syslog.1']);
	assert.deepEqual(changes([syslog], [{
		...syslog, path: 'syslog.1', size: 12, content: 'more', time: 6,
	}, fresh]), ['added syslog', 'rotated syslog syslog.1']);
	// Copied and truncated: another inode.
	assert.deepEqual(changes([syslog], [{path: 'syslog.1', ino: 3, content: 'a'}, fresh]), ['added syslog', 'rotated syslog syslog.1']);
	assert.deepEqual(changes([syslog, {path: 'syslog.1', ino: 7, content: 'b'}], [fresh, {...syslog, path: 'syslog.1'}, {path: 'syslog.2', ino: 7, content: 'b'}]), [
		'added syslog', 'rotated syslog syslog.1', 'rotated syslog.1 syslog.2',
	]);
});

test('a new file that got the inode of another that was removed is no rotated one', () => {
	assert.deepEqual(changes([syslog], [{
		path: 'mail.log', ino: 1, content: 'x', size: 20, time: 6,
	}]), ['added mail.log', 'gone syslog']);
	assert.deepEqual(changes([{...syslog, path: 'app.log'}], [{
		path: 'app.1.log', ino: 1, content: 'x', size: 20, time: 6,
	}]), ['rotated app.log app.1.log']);
	assert.deepEqual(changes([{...syslog, path: 'd.d/app'}], [{
		path: 'd.1/app', ino: 1, content: 'x', size: 20, time: 6,
	}]), ['added d.1/app', 'gone d.d/app'], 'a dot in a directory is none');
	assert.deepEqual(changes([{...syslog, path: 'd/.app'}], [{
		path: 'd/other', ino: 1, content: 'x', size: 20, time: 6,
	}]), ['gone d/.app', 'added d/other']);
	assert.deepEqual(changes([{...syslog, path: 'syslog.1'}], [{
		path: 'syslog', ino: 1, content: 'x', size: 20, time: 6,
	}]), ['added syslog', 'gone syslog.1'], 'no shorter name');
});

test('empty files are alike by nothing', () => {
	assert.deepEqual(changes([{
		path: 'a', ino: 1, size: 0, content: '0',
	}], [{
		path: 'b', ino: 2, size: 0, content: '0',
	}]), ['gone a', 'added b']);
	assert.deepEqual(changes([{
		path: 'a', ino: 1, size: 0, content: '0',
	}], [{
		path: 'b', ino: 1, size: 0, content: '0',
	}]), ['rotated a b']);
});

test('each file of the older set is one of the newer at most', () => {
	assert.deepEqual(changes([syslog], [{...syslog, path: 'a'}, {...syslog, path: 'b'}]), ['rotated syslog a', 'added b']);
	assert.deepEqual(changes([syslog, {...syslog, path: 'x'}], [{...syslog, path: 'a'}, {...syslog, path: 'b'}]).map(change => change.split(' ', 1)[0]), ['rotated', 'rotated']);
	// What kept its name is taken first.
	assert.deepEqual(changes([syslog, {path: 'z', ino: 9, content: 'a'}], [{path: 'b', ino: 8, content: 'a'}, syslog]), ['rotated z b', 'unchanged syslog syslog']);
});
