import {constants} from 'node:fs';
import {type FileHandle, mkdir, open} from 'node:fs/promises';
import {type Directory} from './directory.ts';
import {DestinationError, errorCode} from './errors.ts';
import {privateDirectoryMode} from './modes.ts';

const forOthers = 0o077n;
const writableByOthers = 0o022n;

function refusal(name: string, what: string): DestinationError {
	return new DestinationError(`refusing to use ${name} in the destination: ${what}; this program makes nothing like it`, {remedy: 'Look at it, and remove it if nobody needs it'});
}

/**
Opens a file that, if it is there, must be this program's own: a regular file with no other name, of this user. Neither a link nor a FIFO put
in its place leads anywhere or makes it wait.

@param location Where it is reached.
@param name What to call it in messages.
@param flags Added to `O_NOFOLLOW` and `O_NONBLOCK`.
@param mode Permission bits, for a new file.
@throws {DestinationError} If it is anything else.
@throws The system's error if it cannot be opened.
*/
export async function openOwnFile(location: Buffer, name: string, flags: number, mode?: number): Promise<FileHandle> {
	let handle: FileHandle;

	try {
		handle = await open(location, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
	} catch (error) {
		const code = errorCode(error);

		if (code === 'ELOOP') {
			throw refusal(name, 'it is a symbolic link');
		}

		throw code === 'ENXIO' || code === 'EISDIR' ? refusal(name, 'not a regular file') : error;
	}

	try {
		const stats = await handle.stat({bigint: true});

		if (!stats.isFile()) {
			throw refusal(name, 'not a regular file');
		}

		if (stats.nlink !== 1n) {
			throw refusal(name, 'it is a hard link, a second name of a file that is somewhere else');
		}

		if (stats.uid !== BigInt(process.geteuid!())) {
			throw refusal(name, `it belongs to user ${stats.uid}`);
		}

		return handle;
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/**
Opens a directory of this program's own in an opened directory, and makes it (mode 0700) if it is not there.

@param name Relative to `parent`; its own parent must be there.
@param label What to call it in messages.
@throws {DestinationError} If it is not a directory, is a link to one, is somebody else's, or open to others.
@throws The system's error if it cannot be made or opened.
*/
export async function openOwnDirectory(parent: Directory, name: string | Buffer, label: string): Promise<Directory> {
	try {
		await mkdir(parent.at(name), privateDirectoryMode);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') {
			throw error;
		}
	}

	let directory: Directory;

	try {
		directory = await parent.openDirectory(name);
	} catch (error) {
		const code = errorCode(error);
		throw code === 'ELOOP' || code === 'ENOTDIR' ? refusal(label, 'it is a symbolic link, or no directory') : error;
	}

	const stats = await directory.stat();
	const isOurs = stats.uid === BigInt(process.geteuid!());

	if (!isOurs || (stats.mode & forOthers) !== 0n) {
		await directory.close();
		throw refusal(label, isOurs ? `others have access to it (mode ${(stats.mode & 0o7777n).toString(8)})` : `it belongs to user ${stats.uid}`);
	}

	return directory;
}

/**
Refuses an opened directory that others could write to; that they can read it is the operator's business.

@param directory Closed if it is refused.
@param label What to call it in messages.
@throws {DestinationError}
*/
export async function refuseForeign(directory: Directory, label: string): Promise<void> {
	const {uid, mode} = await directory.stat();
	const isOurs = uid === BigInt(process.geteuid!());

	if (!isOurs || (mode & writableByOthers) !== 0n) {
		await directory.close();
		throw isOurs
			? new DestinationError(`refusing to write to ${label}: others can write to it (mode ${(mode & 0o7777n).toString(8)})`, {remedy: 'Run chmod go-w on it'})
			: new DestinationError(`refusing to write to ${label}: it belongs to user ${uid}`);
	}
}
