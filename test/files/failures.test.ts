import assert from 'node:assert/strict';
import {test} from 'node:test';
import {systemErrors} from '../../source/files/errnos.ts';
import {
	adviseOpening,
	causedBy,
	atDestination,
	RefusedCopyError,
	DestinationError,
	errorCode,
	errorReason,
	SourceError,
	toRefusedCopyError,
	toDestinationError,
	toReason,
	toSourceError,
} from '../../source/files/errors.ts';
import {run} from '../support/run.ts';

const failure = (code: string, errno = -1000) => Object.assign(new Error(`${code}: raw \u{1B}[31m '/path'`), {code, errno});
const isRoot = process.geteuid!() === 0;

test('the system\'s own names and words are those of this machine', async () => {
	const script = 'import errno, os, sys\nfor n in map(int, sys.argv[1:]): print(n, errno.errorcode.get(n), os.strerror(n).lower(), sep="|")';
	const {code, stdout, stderr} = await run('/usr/bin/python3', ['-c', script, ...Array.from(systemErrors.keys(), String)]);
	assert.equal(code, 0, stderr);

	for (const line of stdout.trim().split('\n')) {
		const [number, name, words] = line.split('|') as [string, string, string];
		const [ours, message] = systemErrors.get(Number(number))!;

		// Python knows not all names, and libc not all words; two numbers have two names.
		assert.ok(name === 'None' || [name, 'EOPNOTSUPP', 'EDEADLK'].includes(ours), line);
		assert.ok(words.startsWith('unknown error') || message.toLowerCase() === words, line);
	}
});

test('a reason has no path and no escape sequence in it, and errors of ours their own words', () => {
	assert.equal(errorReason(failure('ENOENT', -2)), 'no such file or directory (ENOENT)');
	assert.equal(errorReason(new SourceError('odd')), 'odd');
	assert.equal(errorReason(new DestinationError('odd')), 'odd');
	assert.equal(errorReason(new Error('plain')), 'plain');
	assert.equal(errorReason('text'), 'text');
	assert.equal(errorCode('text'), undefined);
	assert.equal(errorCode(new Error('plain')), undefined);
	assert.equal(errorCode(Object.assign(new Error('x'), {code: 7})), undefined);
	assert.equal(errorCode(failure('Unknown system error -999', -999)), undefined);
});

test('what is the source\'s to blame for, the destination\'s, and one copy\'s, keeps its code and its cause', () => {
	const cause = failure('EACCES', -13);
	const source = toSourceError(cause);
	assert.deepEqual([source.name, source.code, source.message, source.cause], ['SourceError', 'EACCES', 'permission denied (EACCES)', cause]);
	assert.equal(toSourceError(source), source);
	const destination = toDestinationError(failure('EIO', -5), 'write it');
	assert.deepEqual([destination.name, destination.code], ['DestinationError', 'EIO']);
	assert.equal(destination.message, 'cannot write it: i/o error (EIO)');
	assert.match(destination.remedy ?? '', /dmesg$/v);
	assert.deepEqual(toReason(destination), {message: destination.message, code: 'EIO', remedy: destination.remedy});
	assert.equal(toDestinationError(destination, 'do something else'), destination);
	const copy = toRefusedCopyError(failure('EFBIG', -27), 'write it');
	assert.deepEqual([copy.name, copy.code], ['RefusedCopyError', 'EFBIG']);
	assert.equal(toRefusedCopyError(copy, 'do something else'), copy);
	assert.equal(toRefusedCopyError(destination, 'do something else'), destination);
});

test('only what this one file asks too much of costs this one file', () => {
	for (const code of ['EFBIG', 'EOVERFLOW', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP']) {
		assert.ok(toRefusedCopyError(failure(code), 'x') instanceof RefusedCopyError, code);
		assert.ok(toRefusedCopyError(new DestinationError('x', {code}), 'x') instanceof DestinationError, code);
	}

	for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ESTALE']) {
		assert.ok(toRefusedCopyError(failure(code), 'x') instanceof DestinationError, code);
	}
});

test('there is something to do about each error that a destination is known for', () => {
	const remedies: ReadonlyArray<readonly [code: string, remedy: RegExp]> = [
		['ENOSPC', /df -i/v],
		['EDQUOT', /quota/v],
		['EROFS', /remount/v],
		['EIO', /dmesg/v],
		['EUCLEAN', /dmesg, and check it/v],
		['EBADMSG', /dmesg, and check it/v],
		['ESTALE', /mount it again/v],
		['ENOKEY', /unlock/v],
		['EMFILE', /ulimit -n/v],
		['ENFILE', /file-max/v],
		['ENOMEM', /--jobs 1/v],
		['EACCES', isRoot ? /lsattr/v : /sudo/v],
		['EPERM', isRoot ? /lsattr/v : /sudo/v],
	];

	for (const [code, remedy] of remedies) {
		assert.match(toDestinationError(failure(code), 'x').remedy ?? '', remedy, code);
	}

	assert.equal(toDestinationError(failure('ENOTEMPTY'), 'x').remedy, undefined);
	const known = new DestinationError('x', {code: 'EIO', remedy: 'Do this'});
	assert.equal(new DestinationError('y', causedBy(known)).remedy, 'Do this');
});

test('no room is no room, whoever has none', () => {
	const isNoSpace = (code: string) => new DestinationError('x', {code}).isNoSpace;
	assert.deepEqual(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG'].map(code => isNoSpace(code)), [true, true, false, false]);
	assert.equal(new DestinationError('x').isNoSpace, false);
});

test('what is done at the destination fails as one, and else gives what it gave', async () => {
	assert.equal(await atDestination('x', async () => 7), 7);
	await assert.rejects(atDestination('list it', async () => {
		throw failure('EIO', -5);
	}), {name: 'DestinationError', message: /^cannot list it: /v});
});

test('who is denied a directory and is not root is told to become that', () => {
	const advice = 'name a directory with --source';
	assert.equal(adviseOpening(failure('ENOENT'), advice), 'Name a directory with --source');
	assert.equal(adviseOpening(failure('EACCES'), advice), isRoot ? 'Name a directory with --source' : `Run it with sudo, or ${advice}`);
});
