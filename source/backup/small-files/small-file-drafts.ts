import {closeSync, fsync} from 'node:fs';
import {promisify} from 'node:util';
import type {Complete} from '../../set/staging/committer.ts';

const syncDescriptor = promisify(fsync);

/** A draft that another thread has opened; descriptors belong to all. */
export const openDraft = (fd: number, name: string): Complete['draft'] => ({
	name,
	handle: {
		sync: async () => syncDescriptor(fd),
		async close() {
			closeSync(fd);
		},
	},
});

/** A link to a copy that was synced long ago. */
export const linkedDraft = (name: string): Complete['draft'] => ({
	name,
	handle: {
		sync: async () => undefined,
		close: async () => undefined,
	},
});
