import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {RefusedCopyError, DestinationError} from '../../source/files/errors.ts';
import {spareNames} from '../../source/set/names/names.ts';
import {
	isRefusal,
	nameCopy,
	nameDraft,
	CopyNameTakenError,
} from '../../source/set/staging/copy-names.ts';
import {StagedDirectories} from '../../source/set/staging/staged-directories.ts';
import {Place, recordOf} from '../support/set-fixtures.ts';

const errorOf = (code: string) => Object.assign(new Error(code), {code});

/** What any name may be refused with. */
const refusals = ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP', 'ENOENT', 'EACCES', 'EPERM'];
/** What leaves no doubt that it is the name. */
const ofName = new Set(['EEXIST', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP']);

test('what a name is refused with is another matter than a destination that fails', () => {
	for (const code of refusals) {
		assert.equal(isRefusal(errorOf(code)), true, code);
		assert.equal(isRefusal(new DestinationError('no', {code})), false, code);
	}

	for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE']) {
		assert.equal(isRefusal(errorOf(code)), false, code);
	}

	assert.equal(isRefusal(new CopyNameTakenError()), true);
	assert.equal(new CopyNameTakenError().code, 'EEXIST');
});

test('a copy gets its planned name, or else the first of its spare names that is taken by nobody', async () => {
	await using place = await Place.create();
	const record = recordOf('syslog');
	const spares = spareNames(record.path, 'gzip').map(String);
	assert.equal(spares.length, 4);

	for (let refused = 0; refused <= 4; refused++) {
		const asked: string[] = [];
		const named = await nameCopy(new StagedDirectories(place.directory), record, async file => {
			asked.push(file.toString());

			if (asked.length <= refused) {
				throw errorOf('EEXIST');
			}
		});
		assert.deepEqual(asked, ['syslog.gz', ...spares].slice(0, refused + 1));
		assert.deepEqual(named, {...record, file: Buffer.from(asked.at(-1)!)});
		assert.equal(named === record, refused === 0);
	}
});

test('a copy that no name is taken for costs itself; where nothing tells that it is the name, the run', async () => {
	await using place = await Place.create();

	for (const code of refusals) {
		let count = 0;
		const naming = nameCopy(new StagedDirectories(place.directory), recordOf('syslog'), async () => {
			count++;
			throw errorOf(code);
		});
		await assert.rejects(naming, (error: unknown) => {
			assert.equal((error as {code?: string}).code, code);
			assert.equal(error instanceof RefusedCopyError, ofName.has(code), code);
			return true;
		});
		assert.equal(count, 5, code);
	}
});

test('what fails otherwise is not tried under another name', async () => {
	await using place = await Place.create();

	for (const error of [errorOf('EIO'), errorOf('ENOSPC'), new DestinationError('closed', {code: 'EEXIST'})]) {
		let count = 0;
		await assert.rejects(nameCopy(new StagedDirectories(place.directory), recordOf('syslog'), async () => {
			count++;
			throw error;
		}), error);
		assert.equal(count, 1);
	}
});

test('a draft loses its name to the copy, whose directories are made, and takes none from another file', async () => {
	await using place = await Place.create();
	const directories = new StagedDirectories(place.directory);
	await place.write('draft', 'one');
	await place.write('nginx/taken.log.gz', 'somebody else\'s');
	await fs.chmod(place.at('nginx'), 0o700);
	const named = await nameDraft(place.directory, directories, {draft: 'draft', record: recordOf('nginx/taken.log')});
	const file = named.file.toString();
	assert.match(file, /^taken\.log~[\da-f]{16}\.gz$/v);
	assert.deepEqual([await place.read(file), await place.read('nginx/taken.log.gz')], ['one', 'somebody else\'s']);
	await place.write('draft', 'two');
	const deep = await nameDraft(place.directory, directories, {draft: 'draft', record: recordOf('a/b/c.log')});
	assert.equal(deep.file.toString(), 'a/b/c.log.gz');
	assert.deepEqual(await place.tree(), ['a/', 'a/b/', 'a/b/c.log.gz', 'nginx/', 'nginx/taken.log.gz', file].toSorted());
	assert.equal((await fs.stat(place.at('a'))).mode & 0o777, 0o700);
});
