import type {CopyRecord} from '../../source/set/manifest/manifest.ts';

/** The record of a small copy, but for what a test is about. */
export const recordOf = (name: string, facts: Partial<CopyRecord> = {}): CopyRecord => ({
	path: Buffer.from(name),
	file: Buffer.from(`${name}.gz`),
	stored: 'gzip',
	notes: [],
	bytesIn: 1,
	bytesOut: 21,
	contentChecksum: '00000000',
	sha256: '0'.repeat(64),
	isVerified: true,
	source: {
		dev: '1', ino: '1', size: 1, mtime_ns: '1', ctime_ns: '1', mode: '0640', uid: 0, gid: 0,
	},
	...facts,
});
