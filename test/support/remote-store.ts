/* A remote that is asked through a gate, and what it holds, seen from its other side. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {exists, replaceTree} from './files.ts';
import {forwardTo, Gate} from './gate.ts';
import {RemoteFixture} from './rclone-server.ts';
import {contentOf, host} from './remote-engine.ts';
import {s3Configuration, S3Server, s3Suffix} from './s3-server.ts';
import type {Sandbox} from './sandbox.ts';

export type StoreKind = 'S3' | 'WebDAV';

/** `nas:logs`, as a directory. */
export class RemoteStore implements AsyncDisposable {
	static async open(sandbox: Sandbox, kind: StoreKind): Promise<RemoteStore> {
		if (kind === 'S3') {
			const server = await S3Server.start(path.join(sandbox.root, 's3'));
			const gate = await server.open();
			const fixture = await RemoteFixture.configured(sandbox, s3Configuration(gate));
			return new RemoteStore(fixture, gate, {directory: path.join(server.directory, 'logs'), suffix: s3Suffix, isServed: false});
		}

		let gate: Gate | undefined;
		const fixture = await RemoteFixture.serve(sandbox, 'webdav', async port => {
			gate = await Gate.open(forwardTo(port));
			return gate.port;
		});
		return new RemoteStore(fixture, gate!, {directory: path.join(fixture.directory, 'logs'), suffix: '', isServed: true});
	}

	readonly fixture: RemoteFixture;
	readonly gate: Gate;
	readonly #directory: string;
	readonly #suffix: string;
	readonly #isServed: boolean;

	private constructor(fixture: RemoteFixture, gate: Gate, {directory, suffix, isServed}: {readonly directory: string; readonly suffix: string; readonly isServed: boolean}) {
		this.fixture = fixture;
		this.gate = gate;
		this.#directory = directory;
		this.#suffix = suffix;
		this.#isServed = isServed;
	}

	/** The file that holds what is there under a name, relative to the host's directory. */
	file(name: string): string {
		return path.join(this.#directory, host, `${name}${this.#suffix}`);
	}

	/** Remembers what is there, to be put there again by the function that is returned. */
	async remember(): Promise<() => Promise<void>> {
		const copy = `${this.#directory}.remembered`;
		await replaceTree(copy, this.#directory);
		return async () => replaceTree(this.#directory, copy);
	}

	/** Starts its server anew, where that is one that may hang: of a request whose sender was killed, rclone's server for WebDAV (1.60) keeps locks now and then, and answers nothing more about that directory. */
	async revive(): Promise<void> {
		if (this.#isServed) {
			await this.fixture.stop();
			await this.fixture.start();
		}
	}

	/** What is there under the names of this host's sets are sets as they are here, byte for byte, wherever a marker says so. Returns their dates. */
	async assertNoFalse(destination: string, dates: readonly string[], where: string): Promise<string[]> {
		const marked: string[] = [];

		for (const date of dates) {
			const marker = this.file(`${date}/.logbackup/pushed.json`);
			const text = await exists(marker) ? await fs.readFile(marker, 'utf8') : '';

			if (!text.endsWith('}\n')) {
				continue;
			}

			marked.push(date);
			const there = await contentOf(path.join(this.#directory, host, date));
			const contents = new Set([...there].filter(([name]) => name.endsWith(this.#suffix)).map(([, content]) => content));

			for (const [name, content] of await contentOf(path.join(destination, date))) {
				assert.ok(contents.has(content), `${where}: ${date}/${name} is not there, or not as it is here`);
			}
		}

		return marked;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.gate[Symbol.asyncDispose]();
		await this.fixture[Symbol.asyncDispose]();
	}
}
