import type {Directory} from '../files/directory.ts';
import {type ErrorFacts, ForeseenError} from '../files/errors.ts';
import {
	describeEnd,
	type ProgramEnd,
	RunningProgram,
} from '../files/program.ts';
import {isCount, isObject, parseJson} from '../set/manifest/json.ts';
import {displayText} from '../text/display-name.ts';
import {below, formatRemotePath, type RemotePath} from './remote-path.ts';

/*
Rclone(1), which alone speaks to remotes: it has their addresses and secrets in a configuration of its own, which is never read here. It is told what to send, and never asked
what is the same: where a remote keeps neither checksums nor times, it would go by sizes alone.
*/

const program = 'rclone';

/** Starts a program that the kernel ends with the process that it was started by, whatever that is ended by (setpriv(1) of util-linux): nobody else would end one whose remote does not answer. */
const guard = ['setpriv', '--pdeathsig', 'KILL', program] as const;

/** What Debian 12 has; the oldest that this was tried with. */
const oldest = [1, 60] as const;

/** The remote could not be used. */
export class RemoteError extends ForeseenError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'RemoteError';
	}
}

/** There is more of something at the remote than makes sense. */
export class TooLongError extends RemoteError {
	constructor() {
		super('the remote has more to say than makes sense');
		this.name = 'TooLongError';
	}
}

/** Exit codes of rclone for what is not there: a directory, a file. */
const notFound: ReadonlySet<number | null> = new Set([3, 4]);

/** For each file that it is told to copy, it does that, without comparing. */
const wholesale = ['--files-from-raw=-', '--no-check-dest', '--no-traverse', '--ignore-times'] as const;

/** Most that is read of what it puts out, in bytes. */
const mostOutput = 256 * 1024 * 1024;

/** Complaints that are kept. */
const mostComplaints = 3;

/** Of the lines that it writes as JSON. */
const failureLevels: ReadonlySet<unknown> = new Set(['error', 'critical', 'alert', 'emergency', 'fatal', 'panic']);

/** Progress of a transfer. */
export type Transfer = {
	/** Bytes sent so far, of all files together. */
	readonly bytes: number;
	/** Files on their way: by their names at the remote, or where those are made up, by their own, in bytes. */
	readonly current: ReadonlyArray<{readonly name: string | Buffer; readonly bytes: number; readonly size: number}>;
};

/** What a remote can do, as rclone knows it. */
export type RemoteFeatures = {
	/** Copying from one place in it to another without sending anything. */
	readonly canCopy: boolean;
	/** Renaming a directory. */
	readonly canMoveDirectory: boolean;
	/** The checksums that it keeps, by rclone's names. */
	readonly hashes: readonly string[];
};

/** A file at the remote. */
export type RemoteFile = {
	/** Relative to what was listed. */
	readonly path: string;
	/** Bytes; of a directory, or where it is not known, -1. */
	readonly size: number;
	readonly isDirectory: boolean;
};

type RunOptions = {
	/** Where relative paths here begin. */
	readonly directory?: Directory;
	/** Content of its standard input. */
	readonly input?: AsyncIterable<Buffer>;
	readonly onTransfer?: (transfer: Transfer) => void;
	/** Takes its output, which is kept and returned otherwise. */
	readonly take?: (output: AsyncIterable<Buffer>) => Promise<void>;
	/** Bytes of output that are too many. */
	readonly limit?: number;
};

type Result = {
	readonly output: Buffer;
	readonly end: ProgramEnd;
	/** For a person. */
	readonly complaint: string;
};

/** Takes away what may be a secret: users and passwords in addresses, and what follows the question mark, which signs an address. */
const withoutSecrets = (text: string): string => text.replaceAll(/(?<scheme>:\/\/)[^\s"'\/@]*@/gv, '$<scheme>').replaceAll(/\?[^\s"'?]+=[^\s"'?]*/gv, '');

/** A line of rclone without the time and level at its beginning. */
const plainComplaint = (line: string): string => /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:[A-Z]+ *: )?(?<text>.*)$/v.exec(line)?.groups?.text ?? line;

/** Reads the lines that rclone writes as it goes. */
class Log {
	readonly #onTransfer: RunOptions['onTransfer'];
	readonly #complaints = new Set<string>();

	constructor(onTransfer: RunOptions['onTransfer']) {
		this.#onTransfer = onTransfer;
	}

	get complaint(): string {
		return [...this.#complaints].join('; ');
	}

	take(line: string): void {
		const json = line.startsWith('{') ? parseJson(line) : undefined;

		if (!isObject(json)) {
			this.#complain(plainComplaint(line));
		} else if (isObject(json.stats)) {
			this.#onTransfer?.(readTransfer(json.stats));
		} else if (failureLevels.has(json.level) && typeof json.msg === 'string') {
			this.#complain(typeof json.object === 'string' && json.object !== '' ? `${json.object}: ${json.msg}` : json.msg);
		}
	}

	#complain(text: string): void {
		// It says for each attempt that it failed, and how, which it has said before.
		if (this.#complaints.size < mostComplaints && text.trim() !== '' && !/^Attempt \d/v.test(text)) {
			this.#complaints.add(displayText(withoutSecrets(text.trim())));
		}
	}
}

function readTransfer(stats: Readonly<Record<string, unknown>>): Transfer {
	const current = Array.isArray(stats.transferring) ? stats.transferring as readonly unknown[] : [];
	return {
		bytes: isCount(stats.bytes) ? stats.bytes : 0,
		current: current.filter(item => isObject(item)).flatMap(({name, bytes, size}) => typeof name === 'string' ? [{name, bytes: isCount(bytes) ? bytes : 0, size: isCount(size) ? size : 0}] : []),
	};
}

async function collect(output: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;

	for await (const chunk of output) {
		chunks.push(chunk);
		length += chunk.length;

		if (length > limit) {
			throw new TooLongError();
		}
	}

	return Buffer.concat(chunks);
}

/** @throws {TooLongError} If there are more bytes than `limit`. */
async function * toLines(output: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string> {
	let rest: Buffer[] = [];
	let length = 0;

	for await (const chunk of output) {
		length += chunk.length;

		if (length > limit) {
			throw new TooLongError();
		}

		let start = 0;

		for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
			yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString();
			rest = [];
			start = end + 1;
		}

		rest.push(chunk.subarray(start));
	}

	yield Buffer.concat(rest).toString();
}

/**
Reads a line of a listing: lsjson has each file on one of its own. A list may be long, and is not kept as a whole.

@returns `undefined` for what names no file.
@throws {RemoteError} If it is no line of a listing.
*/
function readListed(line: string): RemoteFile | undefined {
	const text = line.endsWith(',') ? line.slice(0, -1) : line;

	if (['', '[', ']'].includes(text)) {
		return undefined;
	}

	const item = parseJson(text);

	if (item === undefined) {
		throw new RemoteError('rclone gives a listing that makes no sense');
	}

	return isObject(item) && typeof item.Path === 'string' ? {path: item.Path, size: typeof item.Size === 'number' ? item.Size : -1, isDirectory: item.IsDir === true} : undefined;
}

async function * once(content: string | Buffer): AsyncGenerator<Buffer> {
	yield Buffer.from(content);
}

/** Names of files as rclone reads them with `--files-from-raw`: one a line, with nothing that means anything else. */
const asList = (names: readonly string[]): AsyncGenerator<Buffer> => once(names.map(name => `${name}\n`).join(''));

export type RcloneOptions = {
	/** Arguments that the operator gives it besides. */
	readonly extra?: readonly string[];
	/** As rclone's `--bwlimit` has it. */
	readonly bandwidth?: string | undefined;
	/** Aborted, it ends whatever runs. */
	readonly signal: AbortSignal;
};

/** Rclone, and a place at a remote. All paths are relative to that place, and all that is thrown are `RemoteError`s, or the signal's reason once it is aborted. */
export class Rclone {
	/**
	@throws {RemoteError} If rclone is not installed, or too old.
	*/
	static async open(place: RemotePath, options: RcloneOptions): Promise<Rclone> {
		const rclone = new Rclone(place, options);
		await rclone.#checkVersion();
		return rclone;
	}

	readonly place: RemotePath;
	readonly #extra: readonly string[];
	readonly #signal: AbortSignal;
	#command: readonly [string, ...string[]] = guard;

	private constructor(place: RemotePath, {extra = [], bandwidth, signal}: RcloneOptions) {
		this.place = place;
		this.#extra = [...(bandwidth === undefined ? [] : [`--bwlimit=${bandwidth}`]), ...extra];
		this.#signal = signal;
	}

	/** What the remote can do. */
	async features(): Promise<RemoteFeatures> {
		const {output} = await this.#succeed('look at the remote', ['backend', 'features', this.#at('')]);
		const json = parseJson(output.toString());
		const {Features: features, Hashes: hashes} = isObject(json) ? json : {};
		return {
			canCopy: isObject(features) && features.Copy === true,
			canMoveDirectory: isObject(features) && features.DirMove === true,
			hashes: Array.isArray(hashes) ? hashes.filter(name => typeof name === 'string') : [],
		};
	}

	/**
	Lists what is below a directory, down to a depth.

	@returns Nothing, if it is not there.
	*/
	async list(directory: string, depth?: number): Promise<readonly RemoteFile[]> {
		const files: RemoteFile[] = [];
		const {end, complaint} = await this.#run([
			'lsjson', this.#at(directory), '--recursive', '--no-modtime', '--no-mimetype', ...(depth === undefined ? [] : [`--max-depth=${depth}`]),
		], {
			async take(output) {
				for await (const line of toLines(output, mostOutput)) {
					const file = readListed(line);

					if (file) {
						files.push(file);
					}
				}
			},
		});

		if (notFound.has(end.code)) {
			return [];
		}

		this.#refuseFailure('list what is there', end, complaint);
		return files;
	}

	/**
	Reads a file.

	@param limit More bytes than that are refused (`TooLongError`).
	@returns `undefined` if it is not there, or empty: where there are no directories (S3), rclone takes what is missing for an empty one.
	*/
	async read(file: string, limit = mostOutput): Promise<Buffer | undefined> {
		const {output, end, complaint} = await this.#run(['cat', this.#at(file)], {limit});

		if (notFound.has(end.code)) {
			return undefined;
		}

		this.#refuseFailure(`read ${displayText(file)}`, end, complaint);
		return output.length === 0 ? undefined : output;
	}

	/** Has a file read, whatever its length. */
	async stream(file: string, take: (output: AsyncIterable<Buffer>) => Promise<void>, onTransfer: (transfer: Transfer) => void): Promise<void> {
		await this.#succeed(`read ${displayText(file)}`, ['cat', this.#at(file)], {take, onTransfer});
	}

	/**
	Reads all small files that match a pattern of rclone's, one after the other, in any order.

	@returns Nothing, if the directory is not there.
	*/
	async readAll(directory: string, pattern: string): Promise<Buffer> {
		const {output, end, complaint} = await this.#run(['cat', this.#at(directory), `--include=${pattern}`, '--max-size=64k']);

		if (notFound.has(end.code)) {
			return Buffer.alloc(0);
		}

		this.#refuseFailure('read what is said there of the sets', end, complaint);
		return output;
	}

	/** Writes a file, in place of what has its name. */
	async write(file: string, content: string | Buffer | AsyncIterable<Buffer>, onTransfer?: (transfer: Transfer) => void): Promise<void> {
		const input = typeof content === 'string' || Buffer.isBuffer(content) ? once(content) : content;
		await this.#succeed(`write ${displayText(file)}`, ['rcat', this.#at(file)], {input, ...(onTransfer && {onTransfer})});
	}

	/**
	Sends files under the same names, whatever there is.

	@param source A directory here, open, whose files have these names.
	*/
	async send(source: Directory, names: readonly string[], to: string, onTransfer: (transfer: Transfer) => void): Promise<void> {
		await this.#succeed('send the files', ['copy', '.', this.#at(to), ...wholesale], {directory: source, input: asList(names), onTransfer});
	}

	/** Gets files into an open directory under the same names. What they have is for the caller to look at: rclone would give up all for one that is not as the remote remembers it. */
	async receive(from: string, names: readonly string[], target: Directory, onTransfer: (transfer: Transfer) => void): Promise<void> {
		await this.#succeed('get the files', ['copy', this.#at(from), '.', ...wholesale, '--ignore-checksum'], {directory: target, input: asList(names), onTransfer});
	}

	/** Has the remote copy files from one directory there to another under the same names. Returns whether all went well; what did is there. */
	async copyThere(from: string, to: string, names: readonly string[], onTransfer: (transfer: Transfer) => void): Promise<boolean> {
		const {end} = await this.#run(['copy', this.#at(from), this.#at(to), ...wholesale], {input: asList(names), onTransfer});
		return end.code === 0;
	}

	/** The same of one file, under another name. */
	async copyFileThere(from: string, to: string, onTransfer: (transfer: Transfer) => void): Promise<boolean> {
		const {end} = await this.#run(['copyto', this.#at(from), this.#at(to), '--no-check-dest'], {onTransfer});
		return end.code === 0;
	}

	/** Renames a directory. Nothing has that name. */
	async moveDirectory(from: string, to: string): Promise<void> {
		await this.#succeed(`rename ${displayText(from)} to ${displayText(to)}`, ['moveto', this.#at(from), this.#at(to)]);
	}

	async removeFile(file: string): Promise<void> {
		await this.#succeed(`remove ${displayText(file)}`, ['deletefile', this.#at(file)]);
	}

	/** Removes a directory with all that is in it, if it is there. */
	async removeDirectory(directory: string): Promise<void> {
		const {end, complaint} = await this.#run(['purge', this.#at(directory)]);

		if (!notFound.has(end.code)) {
			this.#refuseFailure(`remove ${displayText(directory)}`, end, complaint);
		}
	}

	/**
	Checksums of files, as far as they can be had.

	@param options.hash By rclone's name.
	@param options.isRead Whether the content is read back for it, and not asked of the remote.
	@returns In lower-case hexadecimal by name; and the reason why some may be missing, for a person.
	*/
	async checksums(directory: string, names: readonly string[], {hash, isRead, onTransfer}: {
		readonly hash: string;
		readonly isRead: boolean;
		readonly onTransfer: (transfer: Transfer) => void;
	}): Promise<{readonly sums: ReadonlyMap<string, string>; readonly complaint: string}> {
		const {output, complaint} = await this.#run(['hashsum', hash, this.#at(directory), '--files-from-raw=-', ...(isRead ? ['--download'] : [])], {
			input: asList(names), onTransfer,
		});
		const sums = new Map<string, string>();

		for (const line of output.toString().split('\n')) {
			const {sum, name} = /^(?<sum>[\da-f]{16,128}) {2}(?<name>.+)$/v.exec(line)?.groups ?? {};

			if (sum !== undefined && name !== undefined) {
				sums.set(name, sum);
			}
		}

		return {sums, complaint};
	}

	#at(file: string): string {
		return formatRemotePath(file === '' ? this.place : below(this.place, file));
	}

	async #checkVersion(): Promise<void> {
		const {major, minor} = await this.#readVersion().catch(() => undefined) ?? await this.#readUnguardedVersion();

		if (Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1])) {
			throw new RemoteError(`rclone ${major}.${minor} is too old: it takes ${oldest.join('.')}`, {remedy: 'Install a newer package rclone, from backports or from rclone.org'});
		}
	}

	/** The same without the guard: setpriv may be missing, or know less (busybox). */
	async #readUnguardedVersion(): Promise<{readonly major: string; readonly minor: string}> {
		this.#command = [program];
		return this.#readVersion();
	}

	async #readVersion(): Promise<{readonly major: string; readonly minor: string}> {
		const {output, end, complaint} = await this.#run(['version'], {}, []);
		const {major, minor} = /^rclone v(?<major>\d+)\.(?<minor>\d+)/v.exec(output.toString())?.groups ?? {};

		if (major === undefined || minor === undefined) {
			this.#refuseFailure('start rclone', end, complaint);
			throw new RemoteError('cannot start rclone: it does not say its version');
		}

		return {major, minor};
	}

	async #succeed(action: string, args: readonly string[], options?: RunOptions): Promise<Result> {
		const result = await this.#run(args, options);
		this.#refuseFailure(action, result.end, result.complaint);
		return result;
	}

	#refuseFailure(action: string, end: ProgramEnd, complaint: string): void {
		if (complaint.includes('didn\'t find section in config file')) {
			throw new RemoteError(`rclone has no remote that is called ${displayText(this.place.remote)}`, {remedy: 'See rclone listremotes; with sudo, its configuration is that of root'});
		}

		if (end.code !== 0) {
			throw new RemoteError(`cannot ${action} (${formatRemotePath(this.place)}): ${complaint === '' ? `rclone ${describeEnd(end)}` : complaint}`);
		}
	}

	async #run(args: readonly string[], {directory, input, onTransfer, take, limit = mostOutput}: RunOptions = {}, extra: readonly string[] = this.#extra): Promise<Result> {
		this.#signal.throwIfAborted();
		const log = new Log(onTransfer);
		const running = await this.#start([...args, '--use-json-log', '--ask-password=false', '--stats=250ms', '--stats-log-level=NOTICE', ...extra], {
			hasInput: input !== undefined,
			...(directory && {directory}),
			hear(line: string) {
				log.take(line);
				return true;
			},
		});
		const stop = () => {
			void running.close();
		};

		this.#signal.addEventListener('abort', stop);

		try {
			const feeding = input && running.feed(input);
			const reading = take ? take(running.output).then(() => Buffer.alloc(0)) : collect(running.output, limit);
			const [output] = await Promise.all([reading, feeding]).catch((error: unknown) => {
				this.#signal.throwIfAborted();
				throw error;
			});
			const end = await running.ended;
			this.#signal.throwIfAborted();
			return {output, end, complaint: log.complaint};
		} finally {
			this.#signal.removeEventListener('abort', stop);
			await running.close();
		}
	}

	async #start(args: readonly string[], options: Parameters<typeof RunningProgram.start>[2]): Promise<RunningProgram> {
		const [command, ...words] = this.#command;

		try {
			return await RunningProgram.start(command, [...words, ...args], {...options, hasEnvironment: true});
		} catch (error) {
			throw error instanceof ForeseenError ? new RemoteError('rclone is not installed', {cause: error, remedy: 'Install the package rclone: apt-get install rclone'}) : error;
		}
	}
}
