import {spawn} from 'node:child_process';

/** Milliseconds after which somebody who waits is told what for. */
const slowAfter = 2000;

/**
Whether a path can be looked at: whatever there is, and be it nothing, it is an answer.

A call that gets none cannot be taken back: the thread that made it waits, and over FUSE not even SIGKILL ends its process then. So it is made by a
process of its own, which is left to itself if it takes too long.

@param patience Milliseconds.
@param onSlow Told after a moment (`slowAfter`), if there is no answer by then.
*/
export async function answers(path: string, patience: number, onSlow?: () => void): Promise<boolean> {
	const {promise, resolve} = Promise.withResolvers<boolean>();
	// With what is behind it: a place where something is to be mounted answers by itself.
	const child = spawn('stat', ['-L', '--', `${path}/.`], {stdio: 'ignore', detached: true});
	const slow = onSlow && setTimeout(onSlow, slowAfter);
	const limit = setTimeout(() => {
		resolve(false);
		child.kill('SIGKILL');
		child.unref();
	}, patience);

	for (const event of ['exit', 'error'] as const) {
		child.once(event, () => {
			resolve(true);
		});
	}

	try {
		return await promise;
	} finally {
		clearTimeout(slow);
		clearTimeout(limit);
	}
}
