import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {leastLength} from '../../source/set/manifest/least-length.ts';
import {
	longestManifest,
	explainOpening,
	readManifestBytes,
	refuseTooLong,
} from '../../source/set/manifest/manifest-file.ts';
import {isOwnFile, listFound, openSet} from '../../source/set/open-set.ts';
import {Journal} from '../../source/set/manifest/journal.ts';
import {CopyTotals, manifestVersion} from '../../source/set/manifest/manifest.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	makeSet,
	manifestOf,
	origin,
	Place,
	recordOf,
	textOf,
} from '../support/set-fixtures.ts';

const date = '2026-03-14';
const missing = [{path: Buffer.from('lost'), outcome: 'failed' as const}];

async function open(place: Place, isStaging = false, isRunning = false) {
	const set = await openSet(place.directory, {date, isStaging}, isRunning);
	await set?.directory.close();
	return set && {
		state: set.state, problem: set.problem, problems: set.problems.length, doubt: set.doubt !== undefined,
		files: set.files.map(({path, file, stored, record}) => `${path.toString()} ${file.toString()} ${stored}${record ? '' : ' guessed'}`),
		missing: set.missing.map(({path}) => path.toString()),
	};
}

test('a sound set has the files of its manifest, sorted', async () => {
	await using place = await Place.create();
	await makeSet(place, date, [recordOf('b'), recordOf('a')], {missing});
	await place.write(`${date}/stray.gz`, 'x');
	assert.deepEqual(await open(place), {
		state: 'partial', problem: undefined, problems: 0, doubt: false, files: ['a a.gz gzip', 'b b.gz gzip'], missing: ['lost'],
	});
	assert.equal(await openSet(place.directory, {date: '2026-03-15', isStaging: false}, false), undefined);
});

test('where the manifest cannot be relied on, the names of the files tell, and the set is damaged', async () => {
	await using place = await Place.create();
	const text = await makeSet(place, date, [recordOf('a'), recordOf('deep/b')]);
	await place.write(`${date}/plain`, 'x');
	const guessed = ['a a.gz gzip guessed', 'deep/b deep/b.gz gzip guessed', 'plain plain as-is guessed'];
	await place.write(`${date}/manifest.json`, text.replace('"level": 6', '"level": 7'));
	const rotten = await open(place);
	assert.deepEqual([rotten?.state, rotten?.problems, rotten?.files], ['damaged', 1, guessed]);
	assert.ok(rotten?.problem?.includes('SHA256SUMS'));
	await fs.rm(place.at(date, 'manifest.json'));
	const gone = await open(place);
	assert.deepEqual([gone?.state, gone?.problems, gone?.files], ['damaged', 1, guessed]);
	await fs.mkdir(place.at(date, 'manifest.json'));
	assert.equal((await open(place))?.problems, 1);
});

test('without a sum of it, a manifest is in doubt; cut short, it has what is whole of it', async () => {
	await using place = await Place.create();
	const text = await makeSet(place, date, [recordOf('a'), recordOf('b')]);
	await place.write(`${date}/SHA256SUMS`, `${'0'.repeat(64)}  a.gz\n`);
	assert.deepEqual(await open(place), {
		state: 'complete', problem: undefined, problems: 0, doubt: true, files: ['a a.gz gzip', 'b b.gz gzip'], missing: [],
	});
	await place.write(`${date}/manifest.json`, text.slice(0, text.indexOf('\t\t{"path":"b"')));
	const cut = await open(place);
	assert.deepEqual([cut?.state, cut?.files], ['damaged', ['a a.gz gzip', 'b b.gz gzip guessed']]);
});

test('of something else\'s set, and of an empty one, the names tell, and nothing is wrong with that', async () => {
	await using place = await Place.create();
	await place.write(`${date}/a.gz`, copyOf('a'));
	const foreign = await open(place);
	assert.deepEqual([foreign?.state, foreign?.problems, foreign?.files], ['foreign', 0, ['a a.gz gzip guessed']]);
	const text = await makeSet(place, 'x', [recordOf('a')]);
	await place.write(`${date}/manifest.json`, text.replace('"manifest_version": 1', () => `"manifest_version": ${manifestVersion + 1}`));
	const newer = await open(place);
	assert.deepEqual([newer?.state, newer?.problems, newer?.files], ['foreign', 0, ['a a.gz gzip guessed']]);
	await fs.rm(place.at(date), {recursive: true});
	await fs.mkdir(place.at(date));
	assert.equal((await open(place))?.state, 'empty');
});

test('staging has what its journal knows, and what else is there', async () => {
	await using place = await Place.create();
	const name = `.${date}.partial`;
	await fs.mkdir(place.at(name, '.logbackup'), {recursive: true, mode: 0o700});
	await using directory = await place.directory.openDirectory(name);
	const journal = await Journal.open(directory, {label: name, origin});
	await journal.append([recordOf('a')]);
	await journal.close();
	await place.write(`${name}/b.gz`, copyOf('b'));
	assert.deepEqual(await open(place, true), {
		state: 'interrupted', problem: undefined, problems: 0, doubt: false, files: ['a a.gz gzip', 'b b.gz gzip guessed'], missing: [],
	});
	assert.equal((await open(place, true, true))?.state, 'running');
	await place.write(`${name}/manifest.json`, textOf(manifestOf([recordOf('a')])));
	const finishing = await open(place, true);
	assert.deepEqual([finishing?.state, finishing?.doubt, finishing?.problems], ['interrupted', false, 0]);
});

test('what is found is told by its kind, links are not followed, and the work directory is not looked into', async () => {
	await using place = await Place.create();
	await place.write('a/b/c', 'x');
	await place.write('.logbackup/journal', 'x');
	await place.write('a/.logbackup/x', 'x');
	await fs.symlink('a', place.at('link'));
	assert.deepEqual((await listFound(place.directory)).map(({file, kind}) => `${file.toString()} ${kind}`).toSorted(), [
		'a directory', 'a/.logbackup directory', 'a/.logbackup/x file', 'a/b directory', 'a/b/c file', 'link other',
	]);
	assert.deepEqual(['manifest.json', 'SHA256SUMS', 'a', 'x/manifest.json'].map(file => isOwnFile(Buffer.from(file))), [true, true, false, false]);
});

test('a set that cannot be opened or listed is an error of it, and nothing stays open', async t => {
	await using place = await Place.create();
	await place.write(`${date}/a.gz`, copyOf('a'));
	const before = (await fs.readdir('/proc/self/fd')).length;
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^readdir 2026/v, 'EIO');
	await assert.rejects(open(place), (error: Error) => error.name === 'DestinationError' && error.message.includes(date));
	calls.fail(/^open 2026-03-14$/v, 'EMFILE');
	await assert.rejects(open(place), {name: 'DestinationError', code: 'EMFILE'});
	calls.end();
	const vanishing = await Calls.watch(t, place.root);
	vanishing.fail(/^open 2026-03-14$/v, 'ENOENT');
	assert.equal(await open(place), undefined);
	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
});

test('why there is no manifest to read is told, and none is none', async t => {
	await using place = await Place.create();
	assert.equal(await readManifestBytes(place.directory), undefined);
	assert.equal(explainOpening(Object.assign(new Error('x'), {code: 'ENOENT'})), undefined);
	const link = explainOpening(Object.assign(new Error('x'), {code: 'ELOOP'}));
	const other = explainOpening(Object.assign(new Error('x'), {code: 'EACCES', errno: -13}));
	assert.ok(link?.problem.includes('link') && other?.problem.includes('EACCES'));
	await place.write('manifest.json', 'x');
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^stat/v, {isFile: () => true, size: BigInt(longestManifest) + 1n});
	assert.ok('problem' in (await readManifestBytes(place.directory))!);
	calls.end();
	const later = await Calls.watch(t, place.root);
	later.answer(/^stat/v, {isFile: () => true, size: BigInt(longestManifest)});
	assert.ok('bytes' in (await readManifestBytes(place.directory))!);
});

test('a manifest is refused that is longer than readers take, and not one byte before', () => {
	refuseTooLong(longestManifest, 'finish the set');
	assert.throws(() => {
		refuseTooLong(longestManifest + 1, 'finish the set');
	}, {name: 'DestinationError'});
	assert.equal(leastLength(CopyTotals.of([recordOf('ab', {file: Buffer.from('abc')}), recordOf('d', {file: Buffer.from('e')})])), 450 + 5 + 450 + 2);
});
