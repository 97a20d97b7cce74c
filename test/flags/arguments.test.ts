/* What the words of a command line, variables and places come to. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {isCommandName, toCommandName} from '../../source/cli/command/command-names.ts';
import {chooseDrawing} from '../../source/flags/drawing.ts';
import {whatIsAsked} from '../../source/cli/asked.ts';
import {resolvePlaces} from '../../source/flags/places.ts';
import {toMissing} from '../../source/app/select-retry.ts';
import {UsageError} from '../../source/flags/usage-error.ts';
import {Place} from '../support/set-fixtures.ts';

test('the first word is a command, or like one', () => {
	for (const command of ['browse', 'list', 'show', 'verify', 'cat', 'restore', 'prune', 'status']) {
		assert.equal(isCommandName(command), true);
		assert.equal(toCommandName(command), command);
	}

	for (const word of ['', 'toString', 'lists', '-y']) {
		assert.equal(isCommandName(word), false);
	}

	assert.throws(() => toCommandName('statsu'), (error: Error) => error instanceof UsageError && error.message.includes('status'));
	assert.throws(() => toCommandName('toString'), UsageError);
});

test('help and the version are printed whatever else the line says, but after --', () => {
	assert.deepEqual(whatIsAsked(undefined, ['--nonsense', '--help', '--version']), {print: 'help', command: undefined});
	assert.deepEqual(whatIsAsked('list', ['--help']), {print: 'help', command: 'list'});
	assert.deepEqual(whatIsAsked('list', ['-h']), {print: 'help', command: 'list'});
	assert.deepEqual(whatIsAsked(undefined, ['-yh']), {print: 'usage'});
	assert.deepEqual(whatIsAsked(undefined, ['--version']), {print: 'version'});
	assert.deepEqual(whatIsAsked(undefined, ['-V']), {print: 'version'});
	assert.equal(whatIsAsked('list', ['--version']), undefined);

	for (const line of [[], ['--yes'], ['--', '--help'], ['--', '-h'], ['-1h'], ['x-h']]) {
		assert.equal(whatIsAsked(undefined, line), undefined, line.join(' '));
	}
});

test('a terminal is drawn on as flags and variables say', () => {
	const given = {
		color: true, ascii: false, slow: false,
	};
	const plain = {
		hasColor: true, isAscii: false, isSlow: false,
	};
	const utf8 = {LANG: 'en_US.utf8'};
	assert.deepEqual(chooseDrawing(given, utf8), plain);
	assert.deepEqual(chooseDrawing({
		color: false, ascii: true, slow: true,
	}, utf8), {
		hasColor: false, isAscii: true, isSlow: true,
	});
	assert.deepEqual(chooseDrawing(given, {...utf8, NO_COLOR: '1'}), {...plain, hasColor: false});
	assert.deepEqual(chooseDrawing(given, {...utf8, NO_COLOR: ''}), plain);
	assert.deepEqual([{}, {LANG: 'C'}, {LANG: 'en_US.utf8', LC_ALL: 'C'}, {LANG: 'C', LC_CTYPE: 'C.UTF-8'}, {LC_CTYPE: 'C', LC_ALL: 'C.UTF-8'}, {LC_ALL: '', LANG: 'C.UTF-8'}].map(environment => chooseDrawing(given, environment).isAscii), [true, true, true, false, false, false]);
});

test('whose sets are meant is told by what was named', async () => {
	const plain = await resolvePlaces({});
	assert.deepEqual((await resolvePlaces({dest: '/srv'})).whose, {host: plain.own.host, ...(plain.own.machine !== undefined && {machine: plain.own.machine})});
	assert.deepEqual((await resolvePlaces({dest: '/srv', source: '/var/log'})).whose, plain.own);
	const other = await resolvePlaces({host: 'web2'});
	assert.deepEqual([other.own, other.origin], [{host: 'web2', sources: plain.roots}, {host: 'web2', source: '/var/log'}]);
});

test('a source that is reached through a link is the one it leads to, and was called so as well', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at('real'));
	await fs.symlink('real', place.at('link'));
	const {source, destination, roots} = await resolvePlaces({source: place.at('link')});
	assert.deepEqual([source, destination, roots], [place.at('real'), place.at('real/backups'), [place.at('real'), place.at('link')]]);
	assert.equal((await resolvePlaces({source: place.at('nothing')})).source, place.at('nothing'));
});

test('what is not to be had is missing, or gone, as the flags have it', () => {
	const lost = {
		path: Buffer.from('a'), isMissing: true, message: 'no', code: 'ENOENT',
	};
	const failed = {path: lost.path, outcome: 'failed', error: {message: 'no', code: 'ENOENT'}};
	assert.deepEqual(toMissing(lost, false), failed);
	assert.deepEqual(toMissing(lost, true), {path: lost.path, outcome: 'vanished'});
	assert.deepEqual(toMissing({...lost, isMissing: false}, true), failed);
	assert.deepEqual(toMissing({...lost, isMissing: false, isSuperseded: true}, false), {path: lost.path, outcome: 'vanished'});
	assert.deepEqual(toMissing({...lost, isSymlink: true}, true), {path: lost.path, outcome: 'vanished', isSymlink: true});
	assert.deepEqual(toMissing({
		path: lost.path, isMissing: false, message: 'no', isDirectory: true, isSymlink: true,
	}, true), {
		path: lost.path, outcome: 'failed', error: {message: 'no'}, isDirectory: true, isSymlink: true,
	});
});
