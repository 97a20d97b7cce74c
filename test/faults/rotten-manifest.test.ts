import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {openSet} from '../../source/set/open-set.ts';
import {PreviousSet} from '../../source/set/previous.ts';
import {Sandbox} from '../support/sandbox.ts';
import {
	type Argument,
	type Finished,
	run,
	runProgram,
} from '../support/run.ts';

const first = '2026-03-01';
const second = '2026-03-02';
const third = '2026-03-03';

async function backUpOn(sandbox: Sandbox, date: string, ...args: readonly Argument[]): Promise<Finished> {
	return runProgram(['--yes', '--source', sandbox.source, '--dest', sandbox.destination, '--date', date, ...args]);
}

const command = async (sandbox: Sandbox, ...args: readonly Argument[]) => runProgram([...args, '--dest', sandbox.destination]);

/** One digit of what the manifest says of `a.log` is another. */
async function rot(sandbox: Sandbox, date: string, field: RegExp): Promise<void> {
	const file = path.join(sandbox.destination, date, 'manifest.json');
	const text = await fs.readFile(file, 'utf8');
	const changed = text.replace(field, (_, before: string, digit: string) => `${before}${digit === '0' ? '1' : '0'}`);
	assert.notEqual(changed, text);
	await fs.writeFile(file, changed);
}

const fields = {
	'the CRC-32': /("path":"a\.log".*?"crc32":")(.)/v,
	'the mode': /("path":"a\.log".*?"mode":"0[0-7][0-7])(.)/v,
	'the length': /("path":"a\.log".*?"bytes_in":)(\d)/v,
	'the inode': /("path":"a\.log".*?"ino":"\d)(\d)/v,
};

for (const [name, field] of Object.entries(fields)) {
	test(`what has rotted in a manifest goes no further, and is told: ${name}`, async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('a.log', 'a line\n'.repeat(500));
		await sandbox.add('b.log', 'b line\n'.repeat(300));
		assert.equal((await backUpOn(sandbox, first)).code, 0);
		await rot(sandbox, first, field);

		for (const [args, code] of [[['verify', first], 5], [['cat', first, 'a.log'], 0], [['show', first], 0], [['restore', first, '--to', path.join(sandbox.root, 'restored')], 5]] as const) {
			const finished = await command(sandbox, ...args, {code});
			assert.match(finished.stdout + finished.stderr, /manifest.*SHA256SUMS/sv, args.join(' '));
		}

		// What is given back is what was backed up, and nobody is let in.
		const restored = path.join(sandbox.root, 'restored', 'a.log');
		assert.ok((await fs.readFile(restored)).equals(await sandbox.content('a.log')));
		assert.equal((await fs.stat(restored)).mode & 0o777, 0o640);

		await backUpOn(sandbox, first, '--retry', {code: 1});

		const next = await backUpOn(sandbox, second, '--json');
		assert.equal(next.code, 0, next.stderr);
		assert.match(next.stdout, /"notice":"unsound","message":"[^"]*2026-03-01/v);
		assert.doesNotMatch(next.stdout, /"outcome":"reused"/v);
		assert.equal((await command(sandbox, 'verify', second)).code, 0);

		const last = await backUpOn(sandbox, third, '--json');
		assert.equal(last.stdout.match(/"outcome":"reused"/gv)?.length, 2);
		assert.doesNotMatch(last.stdout, /unsound/v);
	});
}

test('an older set that is sound is linked from in place of a newer one that is not', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a line\n');
	await backUpOn(sandbox, first);
	await backUpOn(sandbox, second);
	await rot(sandbox, second, fields['the CRC-32']);
	const {stdout} = await backUpOn(sandbox, third, '--json');
	assert.match(stdout, /"reused_from":"2026-03-01"/v);
	assert.match(stdout, /"unsound"/v);
});

test('a set whose sums are between two manifests is not called rotten, and nothing is linked from it', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a line\n');
	await backUpOn(sandbox, first);
	await run('sed', ['-i', '/manifest.json$/d', 'SHA256SUMS'], {cwd: path.join(sandbox.destination, first)});
	await using destination = await Directory.open(sandbox.destination);
	const opened = await openSet(destination, {date: first, isStaging: false}, false);
	await opened!.directory.close();
	assert.equal(opened!.state, 'complete');
	assert.equal(opened!.files[0]?.record?.path.toString(), 'a.log');
	const {code, stderr} = await command(sandbox, 'cat', first, 'a.log');
	assert.equal(code, 0);
	assert.match(stderr, /SHA256SUMS has no sum/v);
	const told: string[] = [];
	const previous = await PreviousSet.openNewest(destination, {
		date: second, own: {host: hostname()}, today: second, onUnsound(message) {
			told.push(message);
		},
	});
	assert.equal(previous, undefined);
	assert.equal(told.length, 1);
});

test('who hears of failures only hears of a set that cannot be relied on, too', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a line\n');
	await backUpOn(sandbox, first);
	await rot(sandbox, first, fields['the CRC-32']);
	const {code, stdout, stderr} = await backUpOn(sandbox, second, '--quiet');
	assert.equal(code, 0, stderr);
	assert.equal(stdout, '');
	assert.match(stderr, /2026-03-01/v);
});
