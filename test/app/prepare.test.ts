import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {parseOptions} from '../../source/flags/options.ts';
import {prepare} from '../../source/app/prepare.ts';
import {Sandbox} from '../support/sandbox.ts';

const openFiles = async () => (await fs.readdir('/proc/self/fd')).length;

test('a destination that is refused leaves nothing open', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(sandbox.destination);
	await fs.chmod(sandbox.destination, 0o777);
	const options = await parseOptions(sandbox.flags, {}, new Date());
	const before = await openFiles();
	await assert.rejects(prepare(options), {name: 'DestinationError'});
	assert.equal(await openFiles(), before);

	const {source, refusal, ...prepared} = await prepare(options, {mayBeRefused: true});
	assert.match(refusal?.message ?? '', /others can write to it/v);
	assert.equal(prepared.destination, undefined);
	await source.close();
	assert.equal(await openFiles(), before);
});
