import assert from 'node:assert/strict';
import {test} from 'node:test';
import {errorCode, errorReason, toDestinationError} from '../../source/files/errors.ts';
import {withRetries} from '../../source/origin/retry.ts';

/** As Node makes them of errors that libuv does not know. */
const systemError = (errno: number, code = `Unknown system error -${errno}`) => Object.assign(new Error(`${code}: ${code}, read`), {errno: -errno, code, syscall: 'read'});

test('errors that libuv does not know, or has other words for, have the names and words of the system', () => {
	const expected: ReadonlyArray<readonly [number, string]> = [
		[74, 'bad message (EBADMSG)'],
		[116, 'stale file handle (ESTALE)'],
		[117, 'structure needs cleaning (EUCLEAN)'],
		[122, 'disk quota exceeded (EDQUOT)'],
		[126, 'required key not available (ENOKEY)'],
		[133, 'memory page has hardware error (EHWPOISON)'],
		[999, 'system error 999'],
	];

	for (const [errno, reason] of expected) {
		assert.equal(errorReason(systemError(errno)), reason);
	}

	assert.equal(errorReason(systemError(95, 'ENOTSUP')), 'operation not supported (EOPNOTSUPP)');
	assert.equal(errorReason(systemError(2, 'ENOENT')), 'no such file or directory (ENOENT)');
	assert.equal(errorCode(systemError(122)), 'EDQUOT');
	assert.equal(toDestinationError(systemError(122), 'write').isNoSpace, true);
});

test('a stale handle is tried again, and damage is not', async () => {
	for (const [errno, calls] of [[116, 3], [121, 3], [117, 1], [126, 1]] as const) {
		let count = 0;
		await assert.rejects(withRetries(async () => {
			count++;
			throw systemError(errno);
		}), {name: 'SourceError'});
		assert.equal(count, calls);
	}
});
