/* A push that is killed at each call of rclone: no half set is taken for one, and the next push ends it. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {canDo} from '../support/needs.ts';
import {jsonLines, RemoteFixture} from '../support/rclone-server.ts';
import {run, runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {dailySample, sample, sampleDate} from './trials.ts';

const days = ['2026-03-14', '2026-03-15'] as const;

const remote = 'nas:logs';

/** So many of the calls are tried, each day others; where LOGBACKUP_ALL_POINTS is set, all. */
const sampled = 5;

/**
Stands before rclone, counts its calls in a file, and at the one whose number another file has does half of it: of those that are told what to send or write, the first half of that. Then it is
killed.
*/
const killer = (place: string, rclone: string) => `#!/bin/bash
exec 9>>${place}/lock; flock 9
count=$(( $(cat ${place}/count) + 1 )); echo $count > ${place}/count
exec 9>&-
[ "$count" = "$(cat ${place}/kill)" ] || exec ${rclone} "$@"
case $1 in
	rcat) input=$(cat); printf %s "\${input:0:\${#input} / 2}" | ${rclone} "$@" ;;
	copy) list=$(cat); half=$(( ($(wc -l <<< "$list") + 1) / 2 )); head -n $half <<< "$list" | ${rclone} "$@" ;;
esac
kill -9 $$
`;

test('a push that is killed anywhere leaves no false set, and the next one ends it', async t => {
	if (!await canDo(t, 'rclone', 'flock')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await using fixture = await RemoteFixture.directory(sandbox);
	const {source, destination, root} = sandbox;
	const place = path.join(root, 'bin');
	await fs.mkdir(place);
	const {stdout: rclone} = await run('bash', ['-c', 'command -v rclone']);
	await fs.writeFile(path.join(place, 'rclone'), killer(place, rclone.trim()), {mode: 0o755});
	const where = ['--source', source, '--dest', destination];
	const env = {...fixture.env, PATH: `${place}:${process.env.PATH}`};
	const there = path.join(fixture.directory, 'logs');

	await sandbox.add('syslog', sampleLog(40_000, 1));
	await sandbox.add('auth.log', sampleLog(30_000, 2));
	await sandbox.add('gr\u{FC}n.log', sampleLog(2000, 3));
	await runProgram(['--yes', '--date', days[0], ...where], {env: sandbox.env});
	await sandbox.add('kern.log', sampleLog(20_000, 4));
	await runProgram(['--yes', '--date', days[1], ...where], {env: sandbox.env});
	const sums = async (set: string) => fs.readFile(path.join(set, 'SHA256SUMS'), 'utf8');

	/** Pushes, and gives the number of calls that were made. */
	const push = async (killed: number) => {
		await fs.writeFile(path.join(place, 'count'), '0');
		await fs.writeFile(path.join(place, 'kill'), String(killed));
		const {code} = await runProgram(['push', remote, ...where, {code: 'any'}], {env});
		return {code, calls: Number(await fs.readFile(path.join(place, 'count'), 'utf8'))};
	};

	const {code, calls} = await push(0);
	assert.equal(code, 0);
	assert.ok(calls > 15);

	const points = Array.from({length: calls}, (_, index) => index + 1);
	const day = sampleDate(undefined);
	const chosen = process.env.LOGBACKUP_ALL_POINTS ? points : (day === undefined ? sample(points, sampled) : dailySample(points, sampled, day));

	for (const call of chosen) {
		await fs.rm(there, {recursive: true});
		await push(call);
		const {stdout} = await runProgram(['remote', remote, '--json'], {env: fixture.env});

		for (const {date} of jsonLines(stdout).filter(({state}) => state === 'complete')) {
			const set = path.join(there, hostname(), String(date));
			assert.equal(await sums(set), await sums(path.join(destination, String(date))), `call ${call}`);
			assert.equal((await fs.readdir(path.join(set, '.logbackup/names'))).length, 1);
			await run('bash', ['-c', 'grep -v \'gr.*n.log.gz\' SHA256SUMS | sha256sum --check --quiet'], {cwd: set});
		}

		assert.equal((await push(0)).code, 0, `call ${call}`);
		const fetched = path.join(root, `fetched-${call}`);
		await runProgram(['fetch', '--all', '--from', remote, '--source', source, '--dest', fetched], {env: fixture.env});

		for (const date of days) {
			assert.equal(await sums(path.join(fetched, date)), await sums(path.join(destination, date)));
		}

		const left = await fs.readdir(path.join(there, hostname()));
		assert.deepEqual(left.filter(name => name !== '.logbackup').toSorted(), days);
		await fs.rm(fetched, {recursive: true});
	}
});
