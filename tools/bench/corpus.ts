import {
	createWriteStream,
	mkdirSync,
	openSync,
	closeSync,
	ftruncateSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import {once} from 'node:events';
import path from 'node:path';
import {gzipSync} from 'node:zlib';

/** Numbers that look random and are the same every time (mulberry32): 0 to below 1. */
export function createRandom(seed: number): () => number {
	let state = seed;

	return () => {
		state = (state + 0x6D_2B_79_F5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const pages = ['/', '/login', '/api/v1/items', '/api/v1/items/{n}', '/static/app.{n}.js', '/search?q={w}', '/user/{n}/orders'];
const words = ['timeout', 'upstream', 'session', 'closed', 'accepted', 'refused', 'cache', 'miss', 'hit', 'worker', 'started', 'database', 'retry', 'slow', 'query'];
const agents = ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'curl/8.5.0', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)', 'kube-probe/1.30'];

const twoDigits = (number: number) => String(Math.floor(number)).padStart(2, '0');

/** Log lines as servers write them, with fields that vary: syslog, web access, JSON of an application, logins. Few clients make most requests. */
export function logText(bytes: number, seed: number): Buffer {
	const random = createRandom(seed);
	const upTo = (limit: number) => Math.floor(random() * limit);
	const one = (list: readonly string[]) => list[upTo(list.length)]!;
	const clients = Array.from({length: 4000}, () => ({address: `${10 + upTo(180)}.${upTo(256)}.${upTo(256)}.${upTo(256)}`, agent: one(agents)}));
	const client = () => clients[Math.floor(clients.length * (random() ** 3))]!;
	const kinds: ReadonlyArray<(time: string) => string> = [
		time => `Nov 22 ${time} web1 app[${500 + upTo(40)}]: ${one(words)} ${one(words)} for request ${upTo(1e9).toString(16)} after ${upTo(900)} ms`,
		time => {
			const {address, agent} = client();
			const page = one(pages).replace('{n}', () => String(upTo(5000))).replace('{w}', () => one(words));
			return `${address} - - [22/Nov/2026:${time} +0000] "GET ${page} HTTP/1.1" ${one(['200', '200', '200', '304', '404', '500'])} ${upTo(60_000)} "-" "${agent}"`;
		},
		time => `{"time":"2026-11-22T${time}.${upTo(1000)}Z","level":"${one(['info', 'info', 'warn'])}","msg":"${one(words)} ${one(words)}","id":"${upTo(2 ** 31).toString(36)}","ms":${upTo(5000)}}`,
		time => `Nov 22 ${time} web1 sshd[${1000 + upTo(30_000)}]: Failed password for invalid user ${one(words)} from ${client().address} port ${upTo(65_536)} ssh2`,
	];
	const lines: string[] = [];
	let length = 0;
	let second = upTo(80_000);

	// A log is mostly one program's.
	const own = upTo(kinds.length);

	while (length < bytes) {
		const kind = random() < 0.9 ? own : upTo(kinds.length);
		second += random() < 0.3 ? 1 : 0;
		const line = `${kinds[kind]!(`${twoDigits(second / 3600 % 24)}:${twoDigits(second / 60 % 60)}:${twoDigits(second % 60)}`)}\n`;
		lines.push(line);
		length += line.length;
	}

	return Buffer.from(lines.join('')).subarray(0, bytes);
}

/** So much distinct text a large file repeats: far more than the 32 KiB that deflate looks back. */
const repeatAfter = 64 * 1024 * 1024;

/** A file of log text, in bytes. */
export async function writeLog(file: string, bytes: number, seed: number): Promise<void> {
	const text = logText(Math.min(bytes, repeatAfter), seed);
	const stream = createWriteStream(file);

	for (let left = bytes; left > 0; left -= text.length) {
		if (!stream.write(text.subarray(0, Math.min(left, text.length)))) {
			await once(stream, 'drain');
		}
	}

	stream.end();
	await once(stream, 'close');
}

/** Files of log text whose sizes follow a power law (exponent 1.1), as those of a log directory do. `bytes`: of all together. */
export async function writeLogs(directory: string, {files, bytes}: {readonly files: number; readonly bytes: number}): Promise<void> {
	mkdirSync(directory, {recursive: true});
	const weights = Array.from({length: files}, (_, index) => 1 / ((index + 1) ** 1.1));
	const sum = weights.reduce((total, weight) => total + weight, 0);

	for (const [index, weight] of weights.entries()) {
		await writeLog(path.join(directory, `app-${String(index).padStart(3, '0')}.log`), Math.round(bytes * weight / sum), index + 1);
	}
}

/** Many files of one kibibyte. */
export function writeTiny(directory: string, files: number): void {
	mkdirSync(directory, {recursive: true});
	const text = logText(1024 * Math.min(files, 4096), 7);

	for (let index = 0; index < files; index++) {
		const start = 1024 * (index % 4096);
		writeFileSync(path.join(directory, `job-${index}.log`), text.subarray(start, start + 1024));
	}
}

/** Files that are compressed already. `bytes`: of text in each. */
export function writeCompressed(directory: string, {files, bytes}: {readonly files: number; readonly bytes: number}): void {
	mkdirSync(directory, {recursive: true});

	for (let index = 0; index < files; index++) {
		writeFileSync(path.join(directory, `old.log.${index + 1}.gz`), gzipSync(logText(bytes, 100 + index)));
	}
}

/** A file with a little text at its start and its end, and a hole between. `bytes`: its size. */
export function writeSparse(directory: string, bytes: number): void {
	mkdirSync(directory, {recursive: true});
	const text = logText(64 * 1024, 9);
	const file = openSync(path.join(directory, 'sparse.log'), 'w');
	writeSync(file, text);
	ftruncateSync(file, bytes);
	writeSync(file, text, 0, text.length, bytes - text.length);
	closeSync(file);
}
