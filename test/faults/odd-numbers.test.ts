import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {gunzip, run, runProgram} from '../support/run.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	runArgs,
	type Site,
} from '../support/site.ts';
import {Volume} from '../support/volume.ts';

/** Seconds since the epoch, as `touch` takes them. */
const times = ['-9223372036854775808', '-62200000000', '-2147483648.25', '-0.5', '0', '1700000000.446393544', '4294967296', '9223372036.854775807', '253402300800', '9000000000000000000', '9223372036854774000'];

/** Node passes times as doubles, with 53 bits. */
const tolerance = (time: bigint) => ((time < 0n ? -time : time) / (2n ** 52n)) + 1000n;

const siteOn = ({root, env}: Sandbox, {place, destination}: Volume): Site => ({
	root, env, destination, source: path.join(place, 'log'),
});

test('a file of any time is copied, verified, linked, retried, shown and restored with it', async t => {
	if (!await canDo(t, 'root', 'mount')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	// This keeps any time that fits 64 bits of seconds.
	await using volume = await Volume.create(sandbox, 'tmpfs', 50);
	const site = siteOn(sandbox, volume);
	await fs.mkdir(site.source, {mode: 0o755});

	for (const [index, time] of times.entries()) {
		await fs.writeFile(path.join(site.source, `${index}.log`), `line ${index}\n`);
		const {code, stderr} = await run('touch', ['--date', `@${time}`, path.join(site.source, `${index}.log`)]);
		assert.equal(code, 0, stderr);
	}

	const first = await backUp(site);
	assert.equal(first.code, 0, first.stderr);
	await assertSound(site);
	const command = async (...args: string[]) => runProgram([...args, '--dest', site.destination], {env: site.env});
	const verified = await command('verify', someDate);
	assert.equal(verified.code, 0, verified.stdout + verified.stderr);
	const shown = await command('show', someDate);
	assert.equal(shown.code, 0);
	assert.doesNotMatch(shown.stdout, /NaN/v);
	const retried = await backUp(site, ['--retry']);
	assert.equal(retried.code, 0, retried.stderr);
	const second = await run(process.execPath, runArgs(site, ['--json'], '2026-03-15'));
	assert.equal(second.stdout.match(/"outcome":"reused"/gv)?.length, times.filter(time => Number(time) < 1.8e9).length, 'not those from the future');

	const restored = path.join(volume.place, 'restored');
	assert.equal((await command('restore', someDate, '--to', restored)).code, 0);

	for (const [index, time] of times.entries()) {
		const [source, back, copy] = await Promise.all([path.join(site.source, `${index}.log`), path.join(restored, `${index}.log`), path.join(site.destination, someDate, `${index}.log.gz`)]
			.map(async file => fs.stat(file, {bigint: true})));
		assert.ok(source!.mtimeNs - back!.mtimeNs < tolerance(source!.mtimeNs) && back!.mtimeNs - source!.mtimeNs < tolerance(source!.mtimeNs), `${time}: ${source!.mtimeNs} became ${back!.mtimeNs}`);
		assert.equal(copy!.mtimeNs, back!.mtimeNs);
		// RFC 1952: a time that does not fit is none.
		const header = (await fs.readFile(path.join(site.destination, someDate, `${index}.log.gz`))).readUInt32LE(4);
		const seconds = source!.mtimeNs / 1_000_000_000n;
		assert.equal(header, seconds > 0n && seconds < 2n ** 32n ? Number(seconds) : 0);
	}
});

test('a file of a size that cannot be counted costs that file alone', async t => {
	if (!await canDo(t, 'root', 'mount')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using volume = await Volume.create(sandbox, 'tmpfs', 50);
	const site = siteOn(sandbox, volume);
	await fs.mkdir(site.source, {mode: 0o755});
	await fs.writeFile(path.join(site.source, 'a.log'), 'a line\n');

	for (const [name, size] of [['huge', '9223372036854774000'], ['large', '9007199254740992']] as const) {
		assert.equal((await run('truncate', ['--size', size, path.join(site.source, name)])).code, 0);
	}

	const dry = await backUp(site, ['--dry-run']);
	assert.equal(dry.code, 0, dry.stderr);
	const finished = await backUp(site, [], {code: 3});
	assert.match(finished.stderr, /Failed to backup huge: .*9\.22 EB/v);
	assert.match(finished.stderr, /Failed to backup large: /v);
	assert.equal((await gunzip(path.join(site.destination, someDate, 'a.log.gz'))).toString(), 'a line\n');
	const facts = await assertSound(site);
	assert.deepEqual(facts.sets[someDate]?.done, ['a.log']);
	assert.equal((await runProgram(['verify', someDate, '--dest', site.destination], {env: site.env})).code, 0);
});
