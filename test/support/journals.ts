/* Journals for tests: made by systemd-journal-remote, and what is exported of them. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {accessSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {run} from './run.ts';

const remotes = ['/usr/lib/systemd/systemd-journal-remote', '/lib/systemd/systemd-journal-remote'];

const isThere = (file: string) => {
	try {
		accessSync(file);
		return true;
	} catch {
		return false;
	}
};

const remote = remotes.find(file => isThere(file));

/** Why there are no journals to test with; `false` if there are. */
export const noJournals: string | false = remote !== undefined && ['/usr/bin/journalctl', '/bin/journalctl'].some(file => isThere(file))
	? false
	: 'needs journalctl and systemd-journal-remote';

export type Field = readonly [name: string, value: string | Buffer];

/** An entry. Times are microseconds since the epoch. */
export type JournalEntry = {
	readonly time: number;
	/** 32 hexadecimal digits. */
	readonly boot?: string;
	/** Microseconds since the start of the system; made of the time, where it does not matter. */
	readonly monotonic?: number;
	readonly fields: readonly Field[];
};

export const someBoot = 'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0';
export const someMachine = 'c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0';

/** Microseconds since the epoch, of a moment as ISO 8601. */
export const micros = (moment: string): number => Date.parse(moment) * 1000;

/** A field in the export format; as bytes of a length, where it has to be or `isBinary` says so. */
export function formatField([name, value]: Field, isBinary = false): Buffer {
	if (!isBinary && typeof value === 'string' && /^[^\P{ASCII}\p{Control}]*$/v.test(value)) {
		return Buffer.from(`${name}=${value}\n`);
	}

	const bytes = Buffer.from(value as string);

	if (!isBinary && bytes.every(byte => byte >= 0x20 || byte === 0x09) && bytes.toString('utf8').isWellFormed() && !bytes.toString('utf8').includes('\u{FFFD}')) {
		return Buffer.concat([Buffer.from(`${name}=`), bytes, Buffer.from('\n')]);
	}

	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(bytes.length));
	return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}

/** An entry in the export format. */
export const formatEntry = ({time, boot = someBoot, monotonic = time % 1_000_000_000_000, fields}: JournalEntry): Buffer => Buffer.concat([
	formatField(['__CURSOR', `s=0;i=${time};b=${boot};m=1;t=${time.toString(16)};x=1`]),
	formatField(['__REALTIME_TIMESTAMP', String(time)]),
	formatField(['__MONOTONIC_TIMESTAMP', String(monotonic)]),
	formatField(['_BOOT_ID', boot]),
	...fields.map(field => formatField(field)),
	Buffer.from('\n'),
]);

/** What a service says. */
export const message = (time: number, text: string | Buffer, more: readonly Field[] = []): JournalEntry => ({
	time,
	fields: [
		['_MACHINE_ID', someMachine],
		['_HOSTNAME', 'web1'],
		['SYSLOG_IDENTIFIER', 'app'],
		['_PID', '512'],
		['PRIORITY', '6'],
		['_TRANSPORT', 'stdout'],
		['MESSAGE', text],
		...more,
	],
});

/** Messages, evenly spread from one moment to another. */
export const messages = (from: string, to: string, count: number, more: readonly Field[] = []): JournalEntry[] => Array.from({length: count}, (_, index) =>
	message(Math.floor(micros(from) + ((micros(to) - micros(from)) * index / count)), `request ${index} answered in ${index % 17} ms`, more));

/** Writes a journal file of entries, or of pieces of an export. */
export async function writeJournal(file: string, entries: Iterable<JournalEntry | Buffer>, env: Readonly<Record<string, string>> = {}): Promise<void> {
	await fs.mkdir(path.dirname(file), {recursive: true});
	const child = spawn(remote!, [`--output=${file}`, '-'], {stdio: ['pipe', 'ignore', 'pipe'], env: {PATH: process.env.PATH, SYSTEMD_LOG_LEVEL: 'err', ...env}});
	const ended = once(child, 'close');
	let complaints = '';
	child.stderr.on('data', (chunk: Buffer) => {
		complaints += chunk.toString();
	});

	for (const entry of entries) {
		if (!child.stdin.write(Buffer.isBuffer(entry) ? entry : formatEntry(entry))) {
			await once(child.stdin, 'drain');
		}
	}

	child.stdin.end();
	const [code] = await ended as [number | null];

	if (code !== 0) {
		throw new Error(`systemd-journal-remote ended with ${code}: ${complaints}`);
	}
}

/** All that journalctl exports of a directory. */
export async function exportDirectory(directory: string): Promise<Buffer> {
	const child = spawn('journalctl', [`--directory=${directory}`, '--output=export', '--all', '--no-pager', '--quiet'], {stdio: ['ignore', 'pipe', 'inherit']});
	return buffer(child.stdout);
}

/** What journalctl exports of a day (UTC) in the journals of a directory, and the time of its last entry in seconds. */
export async function exportDay(directory: string, day: string): Promise<{readonly entries: Buffer; readonly last: number}> {
	const limits = [`--since=${day} 00:00:00 UTC`, `--until=${day} 23:59:59.999999 UTC`];
	const child = spawn('journalctl', [`--directory=${directory}`, '--output=export', '--all', '--no-pager', '--quiet', ...limits], {stdio: ['ignore', 'pipe', 'inherit']});
	const entries = await buffer(child.stdout);
	return {entries, last: Number(entries.toString('latin1').match(/(?<=^__REALTIME_TIMESTAMP=)\d+$/gmv)!.at(-1)) / 1e6};
}

/** Entries of an export, each a list of fields as text of one character a byte, in order; those about the place in the journal are left out. */
export function parseExport(bytes: Buffer): string[][] {
	const entries: string[][] = [];
	let fields: string[] = [];

	for (let position = 0; position < bytes.length;) {
		const end = bytes.indexOf(0x0A, position);
		const line = bytes.toString('latin1', position, end);
		position = end + 1;

		if (line === '') {
			entries.push(fields);
			fields = [];
		} else if (line.includes('=')) {
			fields.push(line);
		} else {
			const length = Number(bytes.readBigUInt64LE(position));
			fields.push(`${line}=${bytes.toString('latin1', position + 8, position + 8 + length)}`);
			position += 8 + length + 1;
		}
	}

	return entries.map(each => each.filter(field => !/^__(?:CURSOR|SEQNUM|SEQNUM_ID)=/v.test(field)).toSorted());
}

/** Verifies the journal files of a directory as journalctl does. */
export const verifyJournal = async (directory: string) => run('journalctl', [`--directory=${directory}`, '--verify', '--quiet'], {code: 0});
