import {constants} from 'node:fs';
import {
	type FileHandle,
	unlink,
} from 'node:fs/promises';
import {pathKey} from '../../files/path-key.ts';
import type {Directory} from '../../files/directory.ts';
import {errorCode} from '../../files/errors.ts';
import {fileIdentity, isSameFile} from '../../files/identity.ts';
import {openOwnFile} from '../../files/own.ts';
import {privateMode} from '../../files/modes.ts';
import {manifestName, workName} from '../names/names.ts';
import type {Origin} from '../names/provenance.ts';
import {isObject, parseJson} from './json.ts';
import {copyLine, type CopyRecord} from './manifest.ts';
import {decodeCopy} from './manifest-entries.ts';
import {decodeOrigin} from './manifest-head.ts';

const journalName = `${workName}/journal`;

/** The lines that are whole records; a line that a crash cut short, or filled with zeros, is none. */
function decodeLines(text: string): CopyRecord[] {
	return text.split('\n').map(line => decodeCopy(parseJson(line.trim().replace(/,$/v, '')))).filter(record => record !== undefined);
}

async function readIfThere(location: Buffer, name: string): Promise<string> {
	try {
		await using handle = await openOwnFile(location, name, constants.O_RDONLY);
		return await handle.readFile('utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return '';
		}

		throw error;
	}
}

/**
Reads the complete copies from the journal of a growing or interrupted set, without touching it; none if it cannot be read.
*/
export async function readCopyJournal(staging: Directory): Promise<CopyRecord[]> {
	const records = decodeLines(await readIfThere(staging.at(journalName), journalName).catch(() => ''));
	return [...new Map(records.map(record => [pathKey(record.path), record])).values()];
}

/** More than the first line of any journal. */
const beginningBytes = 64 * 1024;

/** Origin of the run that began it, from its first line; `undefined` if that has none, as in journals of earlier versions. */
export async function readJournalOrigin(staging: Directory): Promise<Origin | undefined> {
	try {
		await using handle = await openOwnFile(staging.at(journalName), journalName, constants.O_RDONLY);
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
		const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
		const json = parseJson(line);
		return isObject(json) && isObject(json.origin) ? decodeOrigin(json.origin) : undefined;
	} catch {
		return undefined;
	}
}

/**
The journal of a growing set lists its complete copies: after a line that says whose it is, a line of JSON for each, appended once the copy has its final
name. It is not synced: a line that a power failure takes costs no more than copying that file again.
*/
export class Journal {
	/**
	Opens it, with what an interrupted run wrote into it. If that run got as far as writing the manifest, which has the same records a line
	each, those count too: the journal is removed before the set is published.

	@param set.label What to call the staging directory in messages.
	@param set.origin Where what it holds comes from.
	*/
	static async open(staging: Directory, {label, origin}: {readonly label: string; readonly origin: Origin}): Promise<Journal> {
		const text = await readIfThere(staging.at(journalName), `${label}/${journalName}`);
		const records = [...decodeLines(await readIfThere(staging.at(manifestName), `${label}/${manifestName}`)), ...decodeLines(text)];
		const handle = await openOwnFile(staging.at(journalName), `${label}/${journalName}`, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, privateMode);
		const journal = new Journal(staging, handle, new Map(records.map(record => [pathKey(record.path), record])));

		try {
			// The next line must not continue one that was cut short; and from here on, the journal alone must hold all records.
			await handle.write(`${text === '' ? JSON.stringify({origin}) : ''}\n${text === '' ? records.map(record => `${copyLine(record)}\n`).join('') : ''}`);
			const {size} = await handle.stat({bigint: true});
			journal.#length = size;
		} catch (error) {
			await handle.close();
			throw error;
		}

		return journal;
	}

	/** The latest record of each source path (one character a byte) that was there when it was opened. */
	readonly recorded: ReadonlyMap<string, CopyRecord>;
	readonly #staging: Directory;
	readonly #handle: FileHandle;
	/** Length in bytes up to the last whole line, without lines that are being written. */
	#length = 0n;
	#isTorn = false;
	#isRemoved = false;

	private constructor(staging: Directory, handle: FileHandle, recorded: ReadonlyMap<string, CopyRecord>) {
		this.#staging = staging;
		this.#handle = handle;
		this.recorded = recorded;
	}

	/** Whether this path, relative to the staging directory, is the journal's. */
	isItself(file: Buffer): boolean {
		return pathKey(file) === journalName;
	}

	/** @returns The line of each, as of `copyLine`. */
	async append(records: readonly CopyRecord[]): Promise<readonly string[]> {
		const lines = records.map(record => copyLine(record));
		const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));

		try {
			await this.#handle.appendFile(bytes);
			this.#length += BigInt(bytes.length);
			return lines;
		} catch (error) {
			this.#isTorn = true;
			throw error;
		}
	}

	/** Whether nobody else has written to it, or put another in its place, while it was there: any run that takes the staging directory over would have. */
	async isUntouched(): Promise<boolean> {
		if (this.#isRemoved) {
			return true;
		}

		const [opened, named] = await Promise.all([this.#handle.stat({bigint: true}), this.#staging.lstat(journalName).catch(() => undefined)]);
		return named !== undefined && isSameFile(fileIdentity(opened), fileIdentity(named)) && (this.#isTorn || opened.size === this.#length);
	}

	async close(): Promise<void> {
		await this.#handle.close();
	}

	/** Closes and deletes it. */
	async remove(): Promise<void> {
		await this.close();
		this.#isRemoved = true;
		await unlink(this.#staging.at(journalName));
	}
}
