declare module '@20minutes/s3rver' {
	import type {RequestListener} from 'node:http';

	export type Listing = {readonly delimiter?: string; readonly prefix?: string; readonly maxKeys?: number; readonly startAfter?: string};

	export type Listed = {readonly objects: ReadonlyArray<{readonly key: string}>; readonly commonPrefixes: readonly string[]; readonly isTruncated: boolean};

	export default class S3rver {
		readonly store: {listObjects: (bucket: string, listing: Listing) => Promise<Listed>};
		constructor(options: {
			readonly directory: string;
			readonly silent: boolean;
			readonly allowMismatchedSignatures: boolean;
			readonly configureBuckets: ReadonlyArray<{readonly name: string}>;
		});
		configureBuckets(): Promise<unknown>;
		callback(): RequestListener;
	}
}
