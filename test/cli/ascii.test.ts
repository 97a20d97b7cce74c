import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Sandbox} from '../support/sandbox.ts';
import {runProgram} from '../support/run.ts';

const command = async ({source, destination}: Sandbox, ...args: readonly string[]) => runProgram([...args, '--source', source, '--dest', destination]);

const names = ['é.log', '日本.log', '\u{1F600}.log'];

test('with --ascii nothing but ASCII is printed, names stay tellable apart, and JSON means the same', async () => {
	await using sandbox = await Sandbox.create();

	for (const name of names) {
		await sandbox.add(name);
	}

	await sandbox.run(['--yes', '--ascii']);

	for (const args of [['--dry-run', '--full', '--date', '2026-03-15'], ['show', 'latest'], ['list'], ['status', '--max-age', '999999d'], ['verify']]) {
		const plain = await command(sandbox, ...args);
		const {stdout, stderr} = await command(sandbox, ...args, '--ascii');
		assert.match(`${stdout}${stderr}`, /^[\0-\u{7F}]*$/v);
		assert.equal(stdout.split('\n').length, plain.stdout.split('\n').length);
	}

	const {stdout} = await command(sandbox, 'show', 'latest');
	const ascii = await command(sandbox, 'show', 'latest', '--ascii');
	assert.ok(names.every(name => stdout.includes(name)));
	assert.ok([String.raw`\u00e9.log`, String.raw`\u65e5\u672c.log`, String.raw`\u{1f600}.log`].every(name => ascii.stdout.includes(name)), ascii.stdout);

	const parse = ({stdout: lines}: {readonly stdout: string}) => lines.trimEnd().split('\n').map(line => JSON.parse(line) as unknown);
	const json = await command(sandbox, 'show', 'latest', '--json', '--ascii');
	assert.match(json.stdout, /^[\0-\u{7F}]*$/v);
	assert.deepEqual(parse(json), parse(await command(sandbox, 'show', 'latest', '--json')));
});

test('--quiet leaves what is printed out, and not the exit code', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('app.log');
	await sandbox.run(['--yes']);

	for (const args of [['list'], ['show', 'latest'], ['status', '--max-age', '999999d'], ['verify']]) {
		const {code, stdout, stderr} = await command(sandbox, ...args, '-q');
		assert.deepEqual([code, stdout, stderr], [0, '', ''], args.join(' '));
	}
});
