import assert from 'node:assert/strict';
import {test} from 'node:test';
import {withRetries} from '../../source/origin/retry.ts';
import {SourceError} from '../../source/files/errors.ts';

const fail = (code: string) => Object.assign(new Error(code), {code});

/** How often a call is made that fails the same way each time. */
async function countCalls(code: string, except?: ReadonlySet<string>): Promise<number> {
	let count = 0;
	await assert.rejects(withRetries(async () => {
		count++;
		throw fail(code);
	}, except), {name: 'SourceError', code});
	return count;
}

test('what a moment may cure is tried three times', async () => {
	const passing = [
		'EIO',
		'EREMOTEIO',
		'ENOLINK',
		'ETIME',
		'ETIMEDOUT',
		'EAGAIN',
		'EINTR',
		'ERESTART',
		'ESTALE',
		'EMFILE',
		'ENFILE',
		'ENOMEM',
		'ENOBUFS',
		'ENOLCK',
		'ECOMM',
		'ENETRESET',
		'ENETDOWN',
		'ENETUNREACH',
		'EHOSTDOWN',
		'EHOSTUNREACH',
		'ECONNRESET',
		'ECONNABORTED',
	];
	const calls = await Promise.all(passing.map(async code => countCalls(code)));
	assert.deepEqual(Object.fromEntries(passing.map((code, index) => [code, calls[index]])), Object.fromEntries(passing.map(code => [code, 3])));
});

test('what is denied, missing or damaged is not', async () => {
	for (const code of ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP', 'EUCLEAN', 'EBADMSG', 'ENOKEY', 'EISDIR', 'ENXIO', 'EINVAL']) {
		assert.equal(await countCalls(code), 1, code);
	}
});

test('nor is what is not worth it this time', async () => {
	const except = new Set(['EAGAIN']);
	assert.deepEqual(await Promise.all([countCalls('EAGAIN', except), countCalls('EIO', except)]), [1, 3]);
});

test('what succeeds, at whichever attempt, is the result', async () => {
	for (const failures of [0, 1, 2]) {
		let count = 0;
		assert.equal(await withRetries(async () => {
			if (count++ < failures) {
				throw fail('EIO');
			}

			return 'content';
		}), 'content');
		assert.equal(count, failures + 1);
	}
});

test('what another error ends is told by that one', async () => {
	let count = 0;
	const work = withRetries(async () => {
		throw fail(count++ === 0 ? 'EIO' : 'EACCES');
	});
	await assert.rejects(work, (error: unknown) => error instanceof SourceError && error.code === 'EACCES');
	assert.equal(count, 2);
});

test('there is time between the attempts for a moment to pass', async () => {
	const started = performance.now();
	assert.equal(await withRetries(async () => {
		if (performance.now() - started < 550) {
			throw fail('EIO');
		}

		return 'content';
	}), 'content');
});

test('an error without a name is told at once', async () => {
	let count = 0;
	await assert.rejects(withRetries(async () => {
		count++;
		throw new Error('odd');
	}), {name: 'SourceError', message: 'odd'});
	assert.equal(count, 1);
});
