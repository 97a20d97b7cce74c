/* Which set and which of its files the words of a command mean. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {chooseFiles, findFile} from '../../source/cli/command/choose-files.ts';
import {chooseSet} from '../../source/cli/command/choose-set.ts';
import {DestinationError} from '../../source/files/errors.ts';
import {UsageError} from '../../source/flags/usage-error.ts';
import {Output} from '../../source/report/output.ts';
import type {OpenedSet} from '../../source/set/open-set.ts';
import {Place} from '../support/set-fixtures.ts';

const odd = Buffer.of(0x6F, 0xFF, 0x64);

const set: Omit<OpenedSet, 'directory'> = {
	date: '2026-03-14',
	isStaging: false,
	state: 'partial',
	problems: [],
	files: [Buffer.from('auth.log'), Buffer.from('nginx/access.log'), Buffer.from('nginx.log'), odd, Buffer.from('a[1]')].map(path => ({
		path, file: Buffer.concat([path, Buffer.from('.gz')]), stored: 'gzip',
	})),
	missing: [
		{path: Buffer.from('lost.log'), outcome: 'failed', error: {message: 'Input/output error'}},
		{path: Buffer.from('nginx/lost.log'), outcome: 'failed', error: {message: 'Input/output error'}},
		{path: Buffer.from('gone.log'), outcome: 'vanished'},
	],
};

const choose = (...words: ReadonlyArray<string | Buffer>) => {
	const bytes = ['latest', ...words].map(word => Buffer.from(word as string));
	return chooseFiles(set, {words: bytes.map(String), wordBytes: bytes});
};

const chosen = (...words: ReadonlyArray<string | Buffer>) => {
	const {files, lost} = choose(...words);
	return [files.map(({path}) => path.toString('latin1')), lost];
};

test('files are meant by name, as they are shown, by a directory, or by a glob; and what failed among them is counted', () => {
	assert.deepEqual(chosen(), [set.files.map(({path}) => path.toString('latin1')), 2]);
	assert.deepEqual(chosen('auth.log'), [['auth.log'], 0]);
	assert.deepEqual([chosen('nginx'), chosen('nginx/')], [[['nginx/access.log'], 1], [['nginx/access.log'], 1]]);
	assert.deepEqual(chosen('*.log'), [['auth.log', 'nginx/access.log', 'nginx.log'], 2]);
	assert.deepEqual(chosen('auth.log', 'nginx.log'), [['auth.log', 'nginx.log'], 0]);
	assert.deepEqual([chosen(odd), chosen(String.raw`o\xffd`)], [[['o\u{FF}d'], 0], [['o\u{FF}d'], 0]]);
	// A glob that would mean another name means this one, too.
	assert.deepEqual(chosen('a[1]'), [['a[1]'], 0]);
});

test('a word that means no file is refused, whatever the others mean, and tells what is like it', () => {
	for (const words of [['auth.lo'], ['auth.log', 'nothing'], ['{1..99999}']]) {
		assert.throws(() => choose(...words), DestinationError, words.join(' '));
	}

	assert.throws(() => choose('auth.lo'), (error: unknown) => error instanceof DestinationError && error.remedy?.includes('auth.log') === true);
	assert.throws(() => choose('0000000000'), (error: unknown) => error instanceof DestinationError && error.remedy?.includes('show 2026-03-14') === true);
	assert.throws(() => choose('lost.log'), /Input\/output error/v);
	assert.throws(() => choose('gone.log'), (error: unknown) => error instanceof DestinationError && error.remedy === undefined);
});

test('one file is found by its name, as it is shown, or by that of its copy', () => {
	const find = (word: string | Buffer) => findFile(set as OpenedSet, String(word), Buffer.from(word as string)).path.toString('latin1');
	assert.deepEqual(['auth.log', odd, String.raw`o\xffd`, 'nginx/access.log.gz'].map(word => find(word)), ['auth.log', 'o\u{FF}d', 'o\u{FF}d', 'nginx/access.log']);
	assert.throws(() => find('lost.log'), /Input\/output error/v);
	assert.throws(() => find('access.log'), (error: unknown) => error instanceof DestinationError && error.remedy !== undefined);
});

test('a set is meant by its date, or today\'s; the nearest ones are told where there is none', async () => {
	await using place = await Place.create();
	const names = ['2026-03-16', '2026-03-14', '2026-03-10'].map(date => ({date, isStaging: false}));
	const choosing = {
		destination: '/backups',
		now: new Date(2026, 2, 14, 12),
		whose: {host: 'web1', sources: []},
		place: place.directory,
		error: new Output(process.stderr),
	};
	const find = async (word: string, among = names) => chooseSet(word, among, choosing);
	assert.deepEqual([await find('2026-03-10'), await find('today')], [names[2], names[1]]);
	// The finished one comes after what an interrupted run has left.
	const both = [{date: '2026-03-14', isStaging: true}, ...names];
	assert.deepEqual(await find('today', both), names[1]);
	const refusal = async (word: string, among = names) => {
		const error = await find(word, among).catch((error_: unknown) => error_);
		return error instanceof DestinationError ? error.message : 'no refusal';
	};

	const nearest = async (word: string, among = names) => (await refusal(word, among)).match(/\d{4}-\d{2}-\d{2}/gv)?.slice(1);
	assert.deepEqual(await nearest('2026-03-12'), ['2026-03-10', '2026-03-14']);
	assert.deepEqual(await nearest('2026-03-09'), ['2026-03-10']);
	assert.deepEqual(await nearest('2026-03-17'), ['2026-03-16']);
	assert.ok((await refusal('today', [])).includes('/backups'));
	assert.ok((await refusal('latest', [])).includes('/backups'));
	// One of a day to come is none, but is told.
	assert.ok((await refusal('latest', names.slice(0, 1))).includes('2026-03-16'));

	// What an interrupted run has left is no set, of whatever day.
	const left = ['2026-03-13', '2026-03-16'].map(date => ({date, isStaging: true}));
	assert.doesNotMatch(await refusal('latest', left), /2026-03-1[36]/v);

	for (const word of ['2026-02-30', 'yesterday', '']) {
		await assert.rejects(find(word), UsageError, word);
	}
});
