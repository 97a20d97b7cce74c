/* An S3 server on loopback, in this process. */
import fs from 'node:fs/promises';
import S3rver, {type Listed, type Listing} from '@20minutes/s3rver';
import {Gate} from './gate.ts';
import {secret} from './rclone-server.ts';

const bucket = 'logs';

/** What its files are called, after their objects. */
export const s3Suffix = '._S3rver_object';

/** Lists as S3 does: the server itself leaves out prefixes below which there are only further ones, and no object. */
function mendListing({store}: S3rver): void {
	const list = store.listObjects.bind(store);
	store.listObjects = async (name: string, {delimiter, ...listing}: Listing): Promise<Listed> => {
		if (delimiter === undefined || delimiter === '') {
			return list(name, listing);
		}

		const {objects} = await list(name, {...listing, maxKeys: Infinity});
		const start = (listing.prefix ?? '').length;
		const ends = objects.map(({key}) => key.indexOf(delimiter, start));
		return {
			objects: objects.filter((_, index) => ends[index] === -1),
			commonPrefixes: [...new Set(objects.flatMap(({key}, index) => ends[index] === -1 ? [] : [key.slice(0, ends[index]! + 1)]))].toSorted(),
			isTruncated: false,
		};
	};
}

/** A server with one bucket, and as many gates to it as are wanted. */
export class S3Server {
	static async start(directory: string): Promise<S3Server> {
		await fs.mkdir(directory, {recursive: true});
		const server = new S3rver({
			directory, silent: true, allowMismatchedSignatures: true, configureBuckets: [{name: bucket}],
		});
		mendListing(server);
		await server.configureBuckets();
		return new S3Server(directory, server);
	}

	/** Where all its objects are. */
	readonly directory: string;
	readonly #server: S3rver;

	private constructor(directory: string, server: S3rver) {
		this.directory = directory;
		this.#server = server;
	}

	/** Opens a way to it that counts, and fails when it is told to. */
	async open(): Promise<Gate> {
		return Gate.open(this.#server.callback());
	}
}

/** A part of rclone's configuration that leads to a gate of it: the bucket is `logs`. */
export const s3Configuration = ({port}: Gate): string => `type = s3
provider = Other
access_key_id = S3RVER
secret_access_key = ${secret}
endpoint = http://127.0.0.1:${port}
force_path_style = true`;
