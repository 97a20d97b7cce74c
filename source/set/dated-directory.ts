import {
	closeSync,
	constants,
	fstatSync,
	openSync,
	opendirSync,
	readSync,
} from 'node:fs';
import {joinPath} from '../files/directory.ts';
import {errorReason} from '../files/errors.ts';
import {checksumsName, manifestName, workName} from './names.ts';

/*
What a dated directory is where its manifest alone does not tell. Read synchronously, as manifests are at a glance, and for the same reason: a few
calls that take microseconds.
*/

const suffix = Buffer.from('.gz');

/** The first bytes of a gzip file (RFC 1952 §2.3.1). */
const magic = Buffer.of(0x1F, 0x8B);

/** Deeper than the sets of any script. */
const maximumDepth = 16;

/** More than the last line of `SHA256SUMS`, which is that of the manifest. */
const endingBytes = 4096;

const own: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

function withFile<Result>(location: Buffer, action: (descriptor: number) => Result): Result | undefined {
	let descriptor: number;

	try {
		descriptor = openSync(location, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY);
	} catch {
		return undefined;
	}

	try {
		return action(descriptor);
	} catch {
		return undefined;
	} finally {
		closeSync(descriptor);
	}
}

const beginsAsGzip = (location: Buffer): boolean => withFile(location, descriptor => {
	const first = Buffer.alloc(magic.length);
	return readSync(descriptor, first, 0, first.length, 0) === first.length && first.equals(magic);
}) ?? false;

type Found = {readonly name: Buffer; readonly isFile: boolean; readonly isDirectory: boolean};

/** What is in a directory, a few names at a time: most askers have enough of the first. */
function * entriesOf(directory: Buffer): Generator<Found> {
	// Node's types know no names as bytes here; without them, names that are no UTF-8 would lead nowhere.
	const opened = opendirSync(directory, {encoding: 'buffer' as BufferEncoding});

	try {
		for (let entry = opened.readSync(); entry; entry = opened.readSync()) {
			yield {name: entry.name as unknown as Buffer, isFile: entry.isFile(), isDirectory: entry.isDirectory()};
		}
	} finally {
		opened.closeSync();
	}
}

const isOwn = ({name}: Found) => own.has(name.toString('latin1'));

/** Whether anything below looks like a copy that the old script made: a file that is called, and begins, as gzip has it. */
function holdsGzip(directory: Buffer, depth = 0): boolean {
	for (const {name, isFile, isDirectory} of entriesOf(directory)) {
		const location = joinPath(directory, name);
		const isFound = isDirectory
			? depth < maximumDepth && holdsGzip(location, depth + 1)
			: isFile && name.subarray(-suffix.length).equals(suffix) && beginsAsGzip(location);

		if (isFound) {
			return true;
		}
	}

	return false;
}

/** Whether its checksums are those of a set that had a manifest. Somebody may have summed up other files under that name. */
const didHaveManifest = (directory: Buffer): boolean => withFile(joinPath(directory, Buffer.from(checksumsName)), descriptor => {
	const size = Number(fstatSync(descriptor, {bigint: true}).size);
	const ending = Buffer.alloc(Math.min(size, endingBytes));
	return ending.toString('latin1', 0, readSync(descriptor, ending, 0, ending.length, size - ending.length)).endsWith(`  ${manifestName}\n`);
}) ?? false;

/** What is wrong with a set whose manifest is sound and tells of copies; `undefined` if nothing is, as far as a look at its names can tell. */
export function explainTorn(directory: Buffer): string | undefined {
	let hasChecksums = false;
	let hasOthers = false;

	for (const found of entriesOf(directory)) {
		hasChecksums ||= found.name.toString('latin1') === checksumsName;
		hasOthers ||= !isOwn(found);

		if (hasChecksums && hasOthers) {
			return undefined;
		}
	}

	return hasOthers ? `its ${checksumsName} is gone` : 'its copies are gone: it is no backup';
}

/** What a dated directory without a manifest is. */
export type Undescribed = {
	/** `empty`: there is no copy in it. */
	readonly state: 'foreign' | 'damaged' | 'empty';
	/** For a person; safe to print. */
	readonly problem: string;
};

/** Tells what a directory without a manifest is: made by something else, left of a set of this program's, or nothing at all. */
export function judgeUndescribed(directory: Buffer): Undescribed {
	try {
		const names = [...entriesOf(directory)].map(({name}) => name.toString('latin1'));

		if (names.length === 0) {
			return {state: 'empty', problem: 'it is empty: no backup'};
		}

		if (names.includes(workName)) {
			return {state: 'damaged', problem: `it was never finished: it has ${workName} and no ${manifestName}`};
		}

		if (names.includes(checksumsName) && didHaveManifest(directory)) {
			return {state: 'damaged', problem: `its ${manifestName} is gone`};
		}

		return holdsGzip(directory)
			? {state: 'foreign', problem: `it has no ${manifestName}`}
			: {state: 'empty', problem: 'there is no copy in it (no .gz file that is one): no backup'};
	} catch (error) {
		return {state: 'damaged', problem: `it cannot be looked into: ${errorReason(error)}`};
	}
}
