import {describeEnd, RunningProgram} from '../../../source/files/program.ts';
import type {Entry} from '../../../source/origin/entry.ts';
import type {
	StreamEntry,
	StreamFacts,
	StreamListing,
	StreamSource,
} from '../../../source/origin/stream-source.ts';
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
	/** Those that were started, in order. */
	readonly started: RunningProgram[] = [];
	/** Of what it was asked whether it is to be read again. */
	readonly asked: CopyRecord[] = [];
	/** Makes listing fail. */
	problem: Error | undefined;

	readonly list = async (): Promise<StreamListing> => {
		if (this.problem) {
			throw this.problem;
		}

		return {entries: this.entries};
	};

	readonly open: StreamSource['open'] = async entry => {
		const {script, facts = {}} = this.#of(entry);
		const program = await RunningProgram.start('/bin/sh', ['-c', script]);
		this.started.push(program);
		return {
			content: program.output,
			async finish() {
				const end = await program.ended;

				if (end.code !== 0) {
					throw new Error(`it ${describeEnd(end)}`);
				}

				return facts;
			},
			close: async () => program.close(),
		};
	};

	readonly reuse: StreamSource['reuse'] = async (entry, copy) => {
		this.asked.push(copy);
		const {isClosed = false, facts = {}} = this.#of(entry);
		return isClosed ? facts : undefined;
	};

	readonly #commands: Readonly<Record<string, Command>>;

	/** @param commands By their paths, without the name of the source. */
	constructor(commands: Readonly<Record<string, Command>>) {
		this.#commands = commands;
	}

	get entries(): readonly StreamEntry[] {
		return Object.entries(this.#commands).map(([name, {estimate = 1000}]) => ({
			path: Buffer.from(`${this.name}/${name}`), kind: 'stream', from: this.name, size: estimate, allocated: estimate, modified: date, isReadable: true, ratio: 0.1,
		}));
	}

	get group(): string {
		return 'what scripts say';
	}

	get name(): string {
		return 'commands';
	}

	#of({path}: Entry): Command {
		return this.#commands[path.toString().slice(this.name.length + 1)]!;
	}
}
