import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {finished} from 'node:stream/promises';
import type {Entry} from '../../../source/origin/entry.ts';
import type {StreamEntry, StreamFacts, StreamSource} from '../../../source/origin/stream-source.ts';
import type {CopyRecord} from '../../../source/set/manifest/manifest.ts';

/** What is run for an entry, and what is told of it. Sizes are bytes. */
export type Command = {
	readonly script: string;
	readonly estimate?: number;
	/** Whether an earlier copy has all of it. */
	readonly isClosed?: boolean;
	readonly facts?: StreamFacts;
};

const date = Date.parse('2026-03-14T00:00:00Z');

/** A source of streams for tests: what shell scripts put out. */
export class Commands implements StreamSource {
	get name(): string {
		return 'commands';
	}

	/** Those that were started, in order. */
	readonly started: ChildProcess[] = [];
	/** Of what it was asked whether it is to be read again. */
	readonly asked: CopyRecord[] = [];
	/** Makes listing fail. */
	problem: Error | undefined;
	readonly #commands: Readonly<Record<string, Command>>;

	/** @param commands By their paths, without the name of the source. */
	constructor(commands: Readonly<Record<string, Command>>) {
		this.#commands = commands;
	}

	readonly list = async (): Promise<readonly StreamEntry[]> => {
		if (this.problem) {
			throw this.problem;
		}

		return Object.entries(this.#commands).map(([name, {estimate = 1000}]) => ({
			path: Buffer.from(`${this.name}/${name}`), kind: 'stream', from: this.name, size: estimate, allocated: estimate, modified: date, isReadable: true, ratio: 0.1,
		}));
	};

	readonly open: StreamSource['open'] = async entry => {
		const {script, facts = {}} = this.#of(entry);
		const child = spawn('/bin/sh', ['-c', script], {stdio: ['ignore', 'pipe', 'ignore']});
		this.started.push(child);
		const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
		return {
			content: child.stdout as AsyncIterable<Buffer>,
			async finish() {
				const [code, signal] = await exit;

				if (code !== 0) {
					throw new Error(`it ended with ${signal ?? code}`);
				}

				return facts;
			},
			async close() {
				child.kill('SIGKILL');
				await exit;
				child.stdout.destroy();
				await finished(child.stdout).catch(() => undefined);
			},
		};
	};

	readonly reuse: StreamSource['reuse'] = async (entry, copy) => {
		this.asked.push(copy);
		const {isClosed = false, facts = {}} = this.#of(entry);
		return isClosed ? facts : undefined;
	};

	#of({path}: Entry): Command {
		return this.#commands[path.toString().slice(this.name.length + 1)]!;
	}
}

/** Whether a process that was started is there no more. */
export const isOver = ({exitCode, signalCode}: ChildProcess): boolean => exitCode !== null || signalCode !== null;
