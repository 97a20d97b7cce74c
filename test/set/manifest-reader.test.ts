/* A whole manifest: what it says, and what is wrong with it. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decodeBeginning, decodeHead, originOf} from '../../source/set/manifest/manifest-head.ts';
import {
	cutBeginning,
	manifestEntriesOf,
	linesOf,
	parseForeign,
	readEntries,
	readLines,
} from '../../source/set/manifest/manifest-layout.ts';
import {decodeManifest} from '../../source/set/manifest/manifest-reader.ts';
import {decodeCopies, decodeFailures, summarizeManifest} from '../../source/set/manifest/manifest-text.ts';
import {manifestVersion, type MissingRecord} from '../../source/set/manifest/manifest.ts';
import {
	manifestOf,
	origin,
	recordOf,
	textOf,
} from '../support/set-fixtures.ts';

const missing: readonly MissingRecord[] = [{path: Buffer.from('lost'), outcome: 'failed', error: {message: 'no\u{1B}', code: 'E\u{1B}'}}, {path: Buffer.from('gone'), outcome: 'vanished'}];
const copies = [recordOf('a'), recordOf('b', {reusedFrom: '2026-03-13'}), recordOf('c', {reusedFrom: '2026-03-12', isVerified: false}), recordOf('d', {reusedFrom: '2026-03-12'})];
const text = textOf(manifestOf(copies, {missing}));
const head = JSON.parse(text) as Record<string, unknown>;

const problemsOf = (changed: string) => decodeManifest(changed).problems;

test('the totals are those of the entries', () => {
	const sum = (field: 'bytesIn' | 'bytesOut') => copies.reduce((total, copy) => total + copy[field], 0);
	assert.deepEqual([head.files_done, head.files_failed, head.files_vanished, head.files_reused], [4, 1, 1, 3]);
	assert.deepEqual([head.bytes_in, head.bytes_out, head.bytes_new], [sum('bytesIn'), sum('bytesOut'), copies[0]!.bytesOut]);
	assert.deepEqual([head.reused_from, head.verified, head.manifest_version], [['2026-03-12', '2026-03-13'], false, 1]);
	assert.equal((JSON.parse(textOf(manifestOf([recordOf('a')]))) as {verified: boolean}).verified, true);
});

test('a sound manifest has no problem, and what it says is safe to print', () => {
	const decoded = decodeManifest(text);
	assert.deepEqual(decoded.problems, []);
	assert.deepEqual(decoded.copies, copies);
	assert.deepEqual(decoded.missing, [{...missing[0], error: {message: String.raw`no\x1b`, code: String.raw`E\x1b`}}, missing[1]]);
	assert.deepEqual(decodeManifest(JSON.stringify(head)), decoded, 'however it is laid out');
	assert.deepEqual(decoded.head && originOf(decoded.head), origin);
	assert.deepEqual(summarizeManifest(text), {
		finished: new Date('2026-03-14T01:02:00.000Z'), filesDone: 4, filesFailed: 1, bytesIn: head.bytes_in, bytesOut: head.bytes_out,
	});
	assert.deepEqual(decodeFailures(text), [{path: 'lost', message: 'no\u{1B}'}]);
	assert.deepEqual([...decodeCopies(text)], copies);
});

test('each total that is another than the entries make is a problem', () => {
	for (const field of ['files_done', 'files_failed', 'files_vanished', 'bytes_in', 'bytes_out']) {
		const value = Number(head[field]);
		const problems = problemsOf(text.replace(`"${field}": ${value}`, () => `"${field}": ${value + 1}`));
		assert.equal(problems.length, 1, field);
		assert.ok(problems[0]!.includes(String(value)) && problems[0]!.includes(String(value + 1)));
	}
});

test('an entry that makes no sense, is there twice or would be one of the set\'s own files is a problem, and left out', () => {
	const harms: ReadonlyArray<(changed: string) => string> = [
		changed => changed.replace('"path":"a"', '"path":"../a"'),
		changed => changed.replace('"file":"a.gz"', '"file":"/a.gz"'),
		changed => changed.replace('"path":"b"', '"path":"a"'),
		changed => changed.replace('"file":"b.gz"', '"file":"a.gz"'),
		changed => changed.replace('"file":"a.gz"', '"file":"manifest.json"'),
		changed => changed.replace('"file":"a.gz"', '"file":"SHA256SUMS/a"'),
		changed => changed.replace('"file":"a.gz"', '"file":".logbackup/a"'),
		changed => changed.replace('"path":"gone"', '"path":"a"'),
		changed => changed.replace('"path":"lost"', '"path":"lost","file":"../lost"'),
		changed => changed.replace('"verified":true', '"verified":1'),
		changed => changed.replace('\t\t{"path":"a"', '\t\t[],\n\t\t{"path":"a"'),
	];

	for (const harm of harms) {
		const changed = harm(text);
		assert.notEqual(changed, text);
		const {problems, copies: read} = decodeManifest(changed);
		assert.equal(problems.length, 1, problems.join('; '));
		assert.match(problems[0]!, /^entry \d/v);
		assert.ok(read.length >= 3);
	}

	assert.match(problemsOf(text.replace('"path":"b"', '"path":"../b"'))[0]!, /^entry 2:/v);
});

test('after many problems the rest is not read', () => {
	const many = textOf(manifestOf(Array.from({length: 50}, (_, index) => recordOf(String(index))))).replaceAll('"path":"', '"path":"../');
	assert.equal(problemsOf(many).length, 20);
	assert.equal(problemsOf(JSON.stringify(JSON.parse(many))).length, 20);
});

test('a manifest that is cut has what is whole of it, and a problem', () => {
	const {length} = text;

	for (const cut of [10, 200, length - 300, length - 10, length - 4, length - 2]) {
		assert.notDeepEqual(problemsOf(text.slice(0, cut)), [], String(cut));
	}

	const cut = text.slice(0, text.indexOf('\t\t{"path":"c"'));
	const decoded = decodeManifest(cut);
	assert.deepEqual([decoded.copies.length, decoded.head?.filesDone], [2, 4]);
	assert.deepEqual([...decodeCopies(cut)], []);
	assert.deepEqual(decodeFailures(cut), []);
	assert.deepEqual(decodeFailures('{"entries": [null, 1, "x"]}'), []);
	assert.equal(summarizeManifest(cut), undefined);
	assert.notDeepEqual(problemsOf(''), []);
	assert.notDeepEqual(problemsOf('{"entries": 1}'), []);
});

test('each field of a head must make sense', () => {
	for (const [field, values] of Object.entries({
		manifest_version: [0, '1', undefined, 1.5], version: [1, undefined], host: [1, undefined], source: [1, undefined], engine: [1, undefined],
		started: ['never', 1, undefined], finished: ['never', 1, undefined],
		files_done: [-1, '1', undefined], files_failed: [-1, undefined], files_vanished: [-1, undefined], bytes_in: [-1, undefined], bytes_out: [-1, null],
	})) {
		for (const value of values) {
			assert.ok('problem' in decodeHead({...head, [field]: value}), `${field}: ${JSON.stringify(value)}`);
		}
	}

	const newer = decodeHead({...head, manifest_version: manifestVersion + 1, files_done: 'many'});
	assert.ok('problem' in newer && newer.isNewer && newer.origin?.host === 'web1');
	const bad = decodeHead({...head, files_done: 'many'});
	assert.ok('problem' in bad && !bad.isNewer && bad.origin?.host === 'web1');
	assert.ok('problem' in decodeHead([]));
	assert.ok('problem' in decodeHead(undefined));
});

test('what was linked is told where all of it makes sense, and the machine where it is named', () => {
	const reuseOf = (changes: Record<string, unknown>) => {
		const decoded = decodeHead({...head, ...changes});
		return 'head' in decoded ? decoded.head.reuse : 'no head';
	};

	assert.deepEqual(reuseOf({}), {files: 3, bytesNew: head.bytes_new, from: ['2026-03-12', '2026-03-13']});

	for (const changes of [{files_reused: undefined}, {files_reused: 1.5}, {bytes_new: -1}, {reused_from: undefined}, {reused_from: ['yesterday']}, {reused_from: [1]}, {reused_from: ['2026-03-12', 'yesterday']}]) {
		assert.equal(reuseOf(changes), undefined, JSON.stringify(changes));
	}

	const {machine: _machine, ...old} = head;
	const decoded = decodeHead(old);
	assert.ok('head' in decoded && !('machine' in decoded.head));
	const withOdd = decodeHead({...head, machine: 1});
	assert.ok('head' in withOdd && !('machine' in withOdd.head));
});

test('the beginning is cut where the entries begin, a line is an entry, and the end is as it is written', () => {
	assert.deepEqual(JSON.parse(cutBeginning(text)!), Object.fromEntries(Object.entries(head).filter(([name]) => name !== 'entries')));
	assert.equal(cutBeginning('{\n\t"a": 1'), undefined);
	assert.equal(decodeBeginning(JSON.stringify(head)), undefined);
	const empty = textOf(manifestOf([]));
	assert.deepEqual([...linesOf(empty)], []);
	assert.equal(readLines(empty, () => false), true);
	assert.equal(readLines(`${empty}x`, () => true), false);
	let count = 0;
	const take = () => ++count < 3;
	assert.equal(readLines(text, take), true);
	assert.equal(count, 3);
	assert.equal(readLines(`${text}x`, () => true), false);
	assert.equal(readLines(text.replace('\n\t\t{"path":"b"', '\n\t\t{"path":"b'), () => true), false);
	assert.deepEqual([...manifestEntriesOf(text)], head.entries);
	assert.deepEqual([...manifestEntriesOf(JSON.stringify(head))], head.entries);
	assert.deepEqual([...manifestEntriesOf('{"entries": 1}')], []);
});

test('entries are read to the end, in either layout, unless one of them is none', () => {
	for (const layout of [text, JSON.stringify(head)]) {
		const fields = readEntries(layout, () => true);
		assert.equal(fields?.files_done, 4);
		assert.equal('entries' in fields, false);
		let count = 0;
		const take = () => ++count < 3;
		assert.equal(readEntries(layout, take), undefined);
		assert.equal(count, 3);
	}

	assert.equal(readEntries(text.slice(0, -10), () => true), undefined);
	assert.equal(readEntries('{"entries": 1}', () => true), undefined);
	assert.equal(readEntries(text.replace('"manifest_version": 1', '"manifest_version": '), () => true), undefined);
});

test('what nests deeper than any manifest, or is longer, is not parsed', () => {
	const nest = (depth: number) => `{"a": ${'['.repeat(depth)}${']'.repeat(depth)}}`;
	assert.notEqual(parseForeign(nest(15)), undefined);
	assert.equal(parseForeign(nest(16)), undefined);
	assert.notEqual(parseForeign(`{"a": "${'['.repeat(40)}"}`), undefined, 'brackets in a text are none');
	assert.notEqual(parseForeign(String.raw`{"a": "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[["}`), undefined);
	assert.equal(parseForeign(String.raw`{"a": "\\", "b": [[[[[[[[[[[[[[[[[[[[[[`), undefined);
	assert.notEqual(parseForeign(`{"a": [${Array.from({length: 40}, () => '[]').join(',')}]}`), undefined);
	assert.equal(parseForeign('[]'), undefined);
	const long = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
	assert.notEqual(parseForeign(long(16 * 1024 * 1024)), undefined);
	assert.equal(parseForeign(long((16 * 1024 * 1024) + 1)), undefined);
});

test('a summary is of what makes sense', () => {
	for (const changes of [{manifest_version: 'x'}, {finished: 1}, {finished: 'never'}, {files_done: -1}, {files_failed: 1.5}, {bytes_in: -1}, {bytes_out: 'x'}]) {
		assert.equal(summarizeManifest(JSON.stringify({...head, ...changes})), undefined, JSON.stringify(changes));
	}

	assert.deepEqual(decodeFailures(text.replace(String.raw`"error":{"message":"no\u001b","code":"E\u001b"}`, '"error":1')), [{path: 'lost', message: 'unknown'}]);
});
