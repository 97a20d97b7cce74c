import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {loadLibc} from '../../source/files/libc.ts';
import {HeldRun} from '../support/held-run.ts';
import {canDo} from '../support/needs.ts';
import {run} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';

/** How nice each thread of a process is (proc_pid_stat(5), field 19). */
async function nicesOf(pid: number): Promise<ReadonlySet<number>> {
	const threads = await fs.readdir(`/proc/${pid}/task`);
	return new Set(threads.map(thread => Number(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1').split(') ', 2)[1]!.split(' ', 17)[16])));
}

for (const [flags, nice, disk] of [
	[[], 10, 'idle'],
	[['--unattended'], 10, 'idle'],
	[['--nice=0'], 0, undefined],
	[['--unattended', '--nice=7'], 7, 'idle'],
] as const) {
	test(`all threads of a run${flags.map(flag => ` ${flag}`).join('')} are as nice as they should be: ${nice}`, async t => {
		if (!await canDo(t, 'ionice')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		const held = await HeldRun.start(sandbox, flags);
		const own = Number((await run('nice', [])).stdout);
		assert.deepEqual(await nicesOf(held.pid), new Set([Math.max(own, nice)]));
		const {stdout} = await run('ionice', ['-p', String(held.pid)]);

		if (disk !== undefined && loadLibc()) {
			assert.equal(stdout.trim(), disk);
		} else {
			assert.doesNotMatch(stdout, /idle/v);
		}

		await held.kill('SIGKILL');
	});
}
