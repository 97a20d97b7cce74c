/*
Unpacks what log rotation has compressed, for a person to look into: in formats that copies are made in by these; in others by the program of that
name.
*/
import {DamagedError} from '../compression/engine.ts';
import type {FormatName} from '../compression/format-names.ts';
import {RunningProgram} from '../files/program.ts';
import {type Compressed, isFormatName} from './detect.ts';
import {formatOf} from './formats.ts';

type Foreign = Exclude<Compressed, FormatName>;

/** Most memory that a program may take, so that a file made to use it up does not take all of it. */
const mostMemory = '256MiB';

/** Programs and their arguments: each reads its standard input and writes what comes of it. No shell is in between. */
const programs: Readonly<Record<Foreign, readonly [program: string, ...args: readonly string[]]>> = {
	xz: ['xz', '--decompress', '--stdout', `--memlimit-decompress=${mostMemory}`],
	bzip2: ['bzip2', '--decompress', '--stdout'],
};

async function * throughProgram(format: Foreign, input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	const [program, ...args] = programs[format];
	const running = await RunningProgram.start(program, args, {hasInput: true});
	const fed = running.feed(input);
	// It may fail while nobody waits for it yet.
	fed.catch(() => undefined);

	try {
		yield * running.output;
		await fed;
		const {code} = await running.ended;

		if (code !== 0) {
			throw new DamagedError(`damaged ${format} file`);
		}
	} finally {
		await running.close();
	}
}

/**
Unpacks a file in any of the formats that are known by their first bytes, no faster than the chunks are taken. What has come out when it throws is the
beginning of the content.

@param input The bytes of the file, in chunks that are not changed afterwards.
@throws {DamagedError} If it is not a whole, sound file of the format.
@throws {ForeseenError} If the program that would unpack it is not installed, or this Node cannot.
@throws Whatever `input` throws.
*/
export function unpackAny(format: Compressed, input: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
	return isFormatName(format) ? formatOf(format).unpackChunks(input) : throughProgram(format, input);
}
