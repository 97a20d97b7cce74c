import type {TestContext} from 'node:test';
import {run} from './run.ts';

async function isInstalled(tool: string): Promise<boolean> {
	// Not all users have it in their PATH.
	const {code} = await run('bash', ['-c', 'command -v "$1"', 'bash', tool], {code: 'any', env: {PATH: `${process.env.PATH}:/usr/sbin:/sbin`}});
	return code === 0;
}

/** Whether a test can be done here. If not, it is skipped aloud. `needs`: `root`, and names of programs. */
export async function canDo(t: TestContext, ...needs: readonly string[]): Promise<boolean> {
	for (const need of needs) {
		if (need === 'root' ? process.geteuid!() !== 0 : !await isInstalled(need)) {
			t.skip(`needs ${need}: ${need === 'root' ? 'it mounts, traces, or gives files away' : 'not installed'}`);
			return false;
		}
	}

	return true;
}
