/* Lists of sets, of files, of differences, and of what a run would do. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Entry} from '../../source/origin/entry.ts';
import {printDryRun, printDryRunJson, type DryRun} from '../../source/report/dry-run.ts';
import {isAnyLeftOut, leftOutText} from '../../source/report/words/left-out-words.ts';
import {diffJson, diffLines} from '../../source/report/set-changes.ts';
import {showJson, showLines, sortListed} from '../../source/report/set-files.ts';
import {listJson, listLines} from '../../source/report/set-list.ts';
import {harmlessReasons, leftOutReasons} from '../../source/files/left-out.ts';
import type {Change} from '../../source/set/set-differences.ts';
import type {ManifestHead} from '../../source/set/manifest/manifest-head.ts';
import type {OpenedSet} from '../../source/set/open-set.ts';
import type {SpaceTaken} from '../../source/set/space-taken.ts';
import {origin, overviewOf, recordOf} from '../support/set-fixtures.ts';
import {captureBoth, lacking} from './captured.ts';

const head: ManifestHead = {
	version: '1', ...origin, engine: 'zlib', started: new Date('2026-03-14T01:00:00.000Z'), finished: new Date('2026-03-14T01:02:00.250Z'), filesDone: 1234, filesFailed: 5, filesVanished: 6, bytesIn: 9000, bytesOut: 5000,
};

const whole: SpaceTaken = {overview: overviewOf('2026-03-13', {head}), bytesNew: 4000};
const foreign: SpaceTaken = {overview: {date: '2026-03-12', isStaging: false, state: 'foreign'}, found: {files: 7, bytes: 700}, bytesNew: 300};
const damaged: SpaceTaken = {overview: overviewOf('2026-03-14', {state: 'damaged', problem: 'torn'}), bytesNew: undefined};
const empty: SpaceTaken = {
	overview: {
		date: '2026-03-15', isStaging: false, state: 'empty', problem: 'nothing',
	}, bytesNew: 0,
};

test('the list of sets has a row for each, what is wrong with some, and a total', () => {
	const lines = listLines([foreign, whole, damaged, empty], '2026-03-15');
	const rows = lines.map(line => line.split(/ {2,}/v));
	assert.deepEqual(rows[1], ['2026-03-12', 'foreign', '-', '7', '-', '-', '700 B', '300 B']);
	assert.deepEqual(rows[2], ['2026-03-13', 'complete', '2 min 00 s', '1,234', '5', '9.00 kB', '5.00 kB', '4.00 kB']);
	assert.deepEqual(rows[3], ['2026-03-14', 'damaged', '-', '-', '-', '-', '-', '-']);
	assert.deepEqual(lacking(lines[5]!, '2026-03-14', 'damaged', 'torn'), []);
	assert.deepEqual(lacking(lines[6]!, '2026-03-15', 'nothing'), []);
	assert.deepEqual(lacking(lines.at(-1)!, '4 sets', '4.30 kB'), []);
	assert.equal(lines.length, 8);
	assert.match(lines[2]!, /2026-03-13 {2}complete {5}2 min 00 s {4}1,234 {7}5/v);
	assert.ok(lines.slice(0, 5).every(line => line.length <= 79 && line === line.trimEnd()));
});

test('a set of a day to come is said to be one', () => {
	const today = listLines([whole, damaged], '2026-03-14');
	const before = listLines([whole, damaged], '2026-03-13');
	assert.equal(before.length, today.length + 1);
	assert.ok(before.some(line => line.startsWith('2026-03-14') && !today.includes(line)));
});

test('whose the sets are is told where they are not all of one', () => {
	const other: SpaceTaken = {overview: overviewOf('2026-03-11', {origin: {...origin, host: 'web2'}}), bytesNew: 1};
	const lines = listLines([other, foreign, whole, damaged], '2026-03-15');
	assert.ok(lines.includes('/var/log on web1: 2026-03-13, 2026-03-14'));
	assert.ok(lines.includes('/var/log on web2: 2026-03-11'));
	assert.equal(listLines([whole, damaged], '2026-03-15').some(line => line.includes('on web1')), false);
});

test('as JSON, the list has the same', () => {
	assert.deepEqual(listJson([foreign, whole, damaged]), [
		{
			message_type: 'set', date: '2026-03-12', state: 'foreign', files_found: 7, bytes_out: 700, bytes_new: 300,
		},
		{
			message_type: 'set', date: '2026-03-13', state: 'complete', started: '2026-03-14T01:00:00.000Z', finished: '2026-03-14T01:02:00.250Z', seconds_elapsed: 120.25, host: 'web1', source: '/var/log', version: '1',
			files_done: 1234, files_failed: 5, files_vanished: 6, bytes_in: 9000, bytes_out: 5000, bytes_new: 4000,
		},
		{
			message_type: 'set', date: '2026-03-14', state: 'damaged', problem: 'torn',
		},
		{message_type: 'list', total_sets: 3, bytes_new: 4300},
	]);
});

const set = {
	...overviewOf('2026-03-14', {head}), files: [], missing: [], problems: [],
} as unknown as OpenedSet;
const record = recordOf('b', {notes: ['grew'], listedAs: Buffer.from('b.1'), reusedFrom: '2026-03-13'});
const files = sortListed([
	{missing: {path: Buffer.from('lost'), outcome: 'failed', error: {message: 'no', code: 'EIO'}}},
	{
		file: {
			path: record.path, file: record.file, stored: 'gzip', record,
		}, facts: {path: record.path, bytesIn: 9000, bytesOut: 5000},
	},
	{file: {path: Buffer.from('a'), file: Buffer.from('a'), stored: 'as-is'}, facts: {path: Buffer.from('a')}},
	{
		file: {
			path: Buffer.from('c'), file: Buffer.from('c'), stored: 'as-is', record: recordOf('c', {stored: 'as-is'}),
		}, facts: {path: Buffer.from('c'), bytesIn: 1, bytesOut: 1},
	},
	{
		file: {
			path: Buffer.from('d'), file: Buffer.from('d.gz'), stored: 'gzip', record: recordOf('d', {extents: [[0, 1]], source: {...record.source, size: 7_000_000}}),
		}, facts: {path: Buffer.from('d'), bytesIn: 1, bytesOut: 1},
	},
]);

test('the files of a set have a row each, sorted, with their remarks', () => {
	const lines = showLines(set, files);
	assert.deepEqual(lacking(lines.slice(0, 2).join('\n'), '2026-03-14', 'complete', '/var/log on web1', '1,234 files', '9.00 kB -> 5.00 kB', '5 failed'), []);
	const rows = lines.slice(-5).map(line => line.split(/ {2,}/v));
	assert.deepEqual(rows.map(row => row.slice(0, 4)), [
		['found', '-', '-', 'a'], ['unchanged', '9.00 kB', '5.00 kB', 'b'], ['done', '1 B', '1 B', 'c'], ['done', '1 B', '1 B', 'd'], ['failed', '-', '-', 'lost'],
	]);
	assert.deepEqual(lacking(rows[1]![4]!, 'grew', '2026-03-13'), []);
	assert.equal(rows[0]!.length, 4);
	assert.equal(rows[2]!.length, 5);
	assert.deepEqual(lacking(rows[3]![4]!, '7.00 MB'), []);
	assert.deepEqual(lacking(rows[4]![4]!, 'no'), []);
	assert.equal(showLines({...set, problem: 'torn', state: 'damaged'}, [])[0]!.includes('(torn)'), true);
	assert.equal(showLines({...overviewOf('2026-03-14'), state: 'foreign'} as unknown as OpenedSet, []).length, 3);
});

test('as JSON, the files have the same', () => {
	const [first, ...rest] = showJson(set, files) as ReadonlyArray<Record<string, unknown>>;
	assert.equal(first?.message_type, 'set');
	assert.deepEqual(rest[0], {
		message_type: 'set_file', path: 'a', file: 'a', outcome: 'found', stored: 'as-is',
	});
	assert.deepEqual(rest[1], {
		message_type: 'set_file', path: 'b', file: 'b.gz', outcome: 'reused', stored: 'gzip', bytes_in: 9000, bytes_out: 5000, notes: ['grew'], listed_as: 'b.1', reused_from: '2026-03-13',
		sha256: record.sha256, verified: true, source: record.source,
	});
	assert.equal(rest[3]?.stored, 'sparse');
	assert.deepEqual(rest[4], {
		message_type: 'set_file', path: 'lost', outcome: 'failed', error: {message: 'no', code: 'EIO'},
	});
});

const facts = (name: string, bytesIn?: number) => ({path: Buffer.from(name), ...(bytesIn !== undefined && {bytesIn})});
const changes: readonly Change[] = [
	{kind: 'added', after: facts('a', 1000)},
	{kind: 'gone', before: facts('b', 2000)},
	{kind: 'grown', before: facts('c', 1000), after: facts('c', 4000)},
	{kind: 'changed', before: facts('d'), after: facts('d')},
	{kind: 'rotated', before: facts('e', 1), after: facts('e.1', 1)},
	{kind: 'unchanged', before: facts('f', 1), after: facts('f', 1)},
	{kind: 'unchanged', before: facts('g', 1), after: facts('g', 1)},
];
const span = {older: '2026-03-13', newer: '2026-03-14'};

test('how two sets differ is told with sizes, names and counts', () => {
	const lines = diffLines(span, changes);
	assert.ok(lines[0]!.indexOf(span.older) < lines[0]!.indexOf(span.newer));
	assert.deepEqual(lines.slice(3, -2).map(line => line.split(/ {2,}/v)), [
		['added', '1.00 kB', 'a'], ['gone', '2.00 kB', 'b'], ['grown', '+3.00 kB', 'c'], ['changed', '-', 'd'], ['renamed', '1 B', 'e -> e.1'], ['unchanged', '1 B', 'f'], ['unchanged', '1 B', 'g'],
	]);
	assert.equal(lines.at(-1), '1 added, 1 gone, 1 grown, 1 changed, 1 renamed, 2 unchanged');
	const json = diffJson(span, changes);
	assert.deepEqual(json[2], {
		message_type: 'change', change: 'grown', path: 'c', bytes_before: 1000, bytes_after: 4000,
	});
	assert.deepEqual(json[3], {message_type: 'change', change: 'changed', path: 'd'});
	assert.deepEqual(json[4], {
		message_type: 'change', change: 'rotated', path: 'e.1', path_before: 'e', bytes_before: 1, bytes_after: 1,
	});
	assert.deepEqual(json.at(-1), {
		message_type: 'diff', ...span, files_added: 1, files_gone: 1, files_grown: 1, files_changed: 1, files_rotated: 1, files_unchanged: 2,
	});
});

const entry = (name: string, size: number): Entry => ({
	path: Buffer.from(name), kind: 'file', size, allocated: size, modified: 0, isReadable: true,
});
const [one, other] = [entry('a', 1000), entry('b', 2000)];
const dryRun: DryRun = {
	choices: [
		{entry: one, isSelected: true, isSelectable: true},
		{
			entry: other, isSelected: true, isSelectable: true, reason: 'why',
		},
		{
			entry: {...entry('d', 5), kind: 'fifo'}, isSelected: false, isSelectable: false, reason: 'pipe', skip: 'fifo',
		},
	],
	unavailable: [{
		path: Buffer.from('lost'), isMissing: true, message: 'no', code: 'ENOENT',
	}],
	leftOut: new Map([['fifo', {count: 1, paths: [Buffer.from('d')]}]]),
	unused: ['--exclude x'],
	configurations: ['/etc/x.toml'],
	set: '/backups/2026-03-14',
	unchanged: {date: '2026-03-13', entries: new Set([other])},
};

test('what a run would do is told for each entry, and all together; with --quiet, what would fail', () => {
	const {out, error, taken} = captureBoth();
	printDryRun(dryRun, {out: out.output, error: error.output, isQuiet: false});
	const loud = taken();
	const [configured, ...lines] = loud.out.trimEnd().split('\n');
	assert.deepEqual(lacking(configured!, '/etc/x.toml'), []);
	assert.match(lines[0]!, /^copy +1\.00 kB +a$/v);
	assert.match(lines[1]!, /^copy +2\.00 kB +b +\(why, .*2026-03-13\)$/v);
	assert.match(lines[2]!, /^skip +d +\(pipe\)$/v);
	assert.deepEqual(lacking(lines[3]!, '--exclude x'), []);
	assert.deepEqual(lacking(lines[4]!, '1 named pipe'), []);
	assert.deepEqual(lacking(lines[5]!, '2 files', '3.00 kB', '/backups/2026-03-14', '1 unchanged since 2026-03-13'), []);
	assert.equal(lines.length, 6);
	assert.deepEqual(lacking(loud.error, 'lost', 'no'), []);
	printDryRun(dryRun, {out: out.output, error: error.output, isQuiet: true});
	assert.deepEqual(taken(), {out: '', error: loud.error});
	const {unchanged: _unchanged, ...plain} = dryRun;
	printDryRun({...plain, leftOut: undefined, unused: []}, {out: out.output, error: error.output, isQuiet: false});
	assert.equal(taken().out.includes('unchanged'), false);
	printDryRunJson(dryRun, out.output);
	const json = taken().out.trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, unknown>);
	assert.deepEqual(json[0], {
		message_type: 'entry', path: 'a', action: 'copy', kind: 'file', size: 1000,
	});
	assert.deepEqual(json[1], {
		message_type: 'entry', path: 'b', action: 'copy', kind: 'file', size: 2000, reason: 'why', reused_from: '2026-03-13',
	});
	assert.equal(json[2]?.action, 'skip');
	assert.deepEqual(json[3], {message_type: 'error', path: 'lost', error: {message: 'no', code: 'ENOENT'}});
	assert.equal(json[4]?.message_type, 'left_out');
	assert.deepEqual(json.at(-1), {
		message_type: 'dry_run', set: '/backups/2026-03-14', configurations: ['/etc/x.toml'], total_files: 2, total_bytes: 3000, files_reused: 1, left_out: {fifo: 1},
	});
});

test('what was left out is told by its count, and some of it by name', () => {
	assert.equal(leftOutText(undefined), '');
	assert.equal(leftOutText({backups: 1, covered: 1}), '');
	assert.deepEqual([isAnyLeftOut(undefined), isAnyLeftOut({backups: 1}), isAnyLeftOut({fifo: 0}), isAnyLeftOut({fifo: 1})], [false, false, false, true]);
	const texts = leftOutReasons.filter(reason => !harmlessReasons.has(reason)).map(reason => leftOutText({[reason]: 2000}));
	assert.ok(texts.every(text => text.includes('2,000')));
	assert.equal(new Set(texts).size, texts.length);
	assert.ok(leftOutReasons.every(reason => harmlessReasons.has(reason) || leftOutText({[reason]: 1}) !== leftOutText({[reason]: 2}).replace('2', '1') || ['excluded', 'not_included', 'default', 'unmarked', 'name_taken'].includes(reason)));
	assert.equal(leftOutText({fifo: 1, backups: 1}).split(', ').length, 2);
	const paths = ['a', 'b', 'c', 'd'].map(name => ({path: name}));
	const named = (count: number, length = 4) => leftOutText({default: count}, [{
		message_type: 'left_out', reason: 'default', count, paths: paths.slice(0, length),
	}]);
	assert.ok(named(4).endsWith('(a, b, c, …)'));
	assert.ok(named(3, 3).endsWith('(a, b, c)'));
	assert.ok(named(2, 1).endsWith('(a, …)'));
	assert.equal(leftOutText({fifo: 1}, [{
		message_type: 'left_out', reason: 'fifo', count: 1, paths,
	}]).includes('a,'), false);
});
