import {access, mkdir, realpath} from 'node:fs/promises';
import path from 'node:path';
import {constants, realpathSync} from 'node:fs';
import {Directory} from '../files/directory.ts';
import {
	adviseOpening,
	causedBy,
	DestinationError,
	errorCode,
	errorReason,
	type Reason,
	toDestinationError,
	toReason,
} from '../files/errors.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {privateDirectoryMode} from '../files/modes.ts';
import {displayText} from '../text/display-name.ts';
import {quoteWord} from '../text/shell.ts';
import {fileSystemType} from './lost-mount.ts';

const groupWritable = 0o020;
const othersWritable = 0o002;
const sticky = 0o1000;

const show = (location: string) => displayText(location);

export type DestinationRules = {
	/**
	The source directory, opened. It alone may be writable by a group and hold the destination: Ubuntu ships `/var/log` so, for
	syslog; `undefined` if it is not there. Members of that group can move the destination away, but what is then found in its place is not ours, and is refused.
	*/
	readonly source: Directory | undefined;
	/** Whether to make the directory (only its last component, mode 0700) if it is not there. */
	readonly create: boolean;
	/** With `create`: only whether it could be made, and written to; nothing is. */
	readonly isTrial?: boolean;
};

/** What makes a directory belong to whoever runs. What is on another machine is its accounts' there, and no chown from here changes that. */
function adviseOwning(location: string, user: bigint): string {
	const type = fileSystemType(location) ?? '';

	if (type === 'fuse.sshfs') {
		return 'Mount it with -o idmap=user, which has what belongs to the account there belong to you here';
	}

	return type.startsWith('nfs')
		? 'Export it with no_root_squash, or back up to a disk here, and send that with logbackup-tui push'
		: `Name another place with --dest, or run: chown ${user} ${quoteWord(location)}`;
}

async function checkComponent(directory: Directory, location: string, rules: DestinationRules, isLast: boolean): Promise<void> {
	const stats = await directory.stat();
	const user = BigInt(process.geteuid!());
	const mode = Number(stats.mode & 0o7777n);
	const seen = `${show(location)} (owner ${stats.uid}, mode ${mode.toString(8).padStart(4, '0')})`;

	if (stats.uid !== user && (isLast || stats.uid !== 0n)) {
		const owner = isLast ? `user ${user}` : `root or user ${user}`;
		throw new DestinationError(`refusing to write below ${seen}: it does not belong to ${owner}`, {remedy: adviseOwning(location, user)});
	}

	const source = await rules.source?.identity();
	const isSource = source !== undefined && isSameFile(fileIdentity(stats), source);

	if (isSource && isLast) {
		throw new DestinationError(`${show(location)} is both source and destination`, {remedy: 'Name another place with --dest'});
	}

	const forbidden = isLast ? groupWritable | othersWritable : (isSource ? othersWritable : groupWritable | othersWritable);
	const isProtected = !isLast && (mode & sticky) !== 0;

	if ((mode & forbidden) !== 0 && !isProtected) {
		const command = isLast ? `chmod go-w ${quoteWord(location)}` : `chmod +t ${quoteWord(location)} (or go-w)`;
		throw new DestinationError(`refusing to write below ${seen}: others can write to it, and so put something else in place of the backups`, {remedy: `Run: ${command}`});
	}
}

function linkError(location: string): DestinationError {
	let remedy = 'Name a directory with --dest';

	try {
		remedy = `If that is what you want, name the place it leads to: --dest ${quoteWord(realpathSync(location))}`;
	} catch {
		// It leads nowhere: then there is nothing to suggest.
	}

	return new DestinationError(`refusing to write through ${show(location)}: it is a symbolic link`, {remedy});
}

/** Opens the next component of the way, without following a link. `undefined` if it is not there. */
async function step(parent: Directory, name: string, location: string): Promise<Directory | undefined> {
	try {
		const stats = await parent.lstat(name);

		if (stats.isSymbolicLink()) {
			throw linkError(location);
		}

		if (!stats.isDirectory()) {
			throw new DestinationError(`${show(location)} is not a directory`, {remedy: 'Name one with --dest'});
		}

		return await parent.openDirectory(name);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		// Swapped for a link between the look and the opening: the opening does not follow it either.
		throw errorCode(error) === 'ELOOP' ? linkError(location) : toDestinationError(error, `open ${show(location)}`);
	}
}

/** @throws {DestinationError} If it can be seen without writing anything that nothing can be written there. */
async function checkWritable(directory: Directory, action: string): Promise<void> {
	try {
		await access(directory.self, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw toDestinationError(error, action);
	}
}

/** Makes it, unless another run has just made it: what is there is looked at in any case. */
async function makeDirectory(parent: Directory, name: string): Promise<void> {
	try {
		await mkdir(parent.at(name), privateDirectoryMode);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') {
			throw error;
		}
	}

	await parent.sync();
}

/**
Opens the directory that holds the sets, walking to it from `/` one opened directory at a time, and refuses any part of the way that is a
symbolic link, belongs to somebody else, or can be written to by others. What is opened stays what was checked: all later work goes
through the opened directory, not through its path.

@param destination An absolute, normalized path.
@returns `undefined` if it is not there and `create` is not set, or it was only a trial.
@throws {DestinationError} If it is refused or cannot be opened.
*/
export async function openDestination(destination: string, rules: DestinationRules): Promise<Directory | undefined> {
	const parts = destination.split('/').filter(Boolean);
	let location = '/';
	let directory = await Directory.open(location);

	try {
		await checkComponent(directory, location, rules, parts.length === 0);

		for (const [index, name] of parts.entries()) {
			const isLast = index === parts.length - 1;
			const parent = directory;
			location = path.join(location, name);
			let next = await step(parent, name, location);

			if (!next && !isLast && rules.create) {
				throw new DestinationError(`${show(location)} doesn't exist`, {
					remedy: `Is its disk mounted? Otherwise create it: mkdir -p ${quoteWord(path.dirname(destination))}`,
				});
			}

			if (!next && rules.create && rules.isTrial) {
				await checkWritable(parent, `create ${show(location)}`);
			} else if (!next && rules.create) {
				await makeDirectory(parent, name);
				next = await step(parent, name, location);
			}

			if (!next) {
				await directory.close();
				return undefined;
			}

			directory = next;
			await parent.close();
			await checkComponent(directory, location, rules, isLast);
		}

		if (rules.isTrial) {
			await checkWritable(directory, `write to ${show(location)}`);
		}

		return directory;
	} catch (error) {
		await directory.close();
		throw toDestinationError(error, `create ${show(location)}`);
	}
}

/** Reason why a run could not write there, as far as that shows before anything is written; `undefined` if there is none. */
export async function destinationProblem(destination: string, source: Directory | undefined): Promise<Reason | undefined> {
	try {
		const directory = await openDestination(destination, {source, create: true, isTrial: true});
		await directory?.close();
		return undefined;
	} catch (error) {
		return toReason(error);
	}
}

/**
Opens the directory that holds the sets for reading alone: reading harms nothing, whoever owns the way there, so that sets on a disk of another
machine can be read too.

@param destination An absolute path; links on it are followed, as the one who names it means them.
@throws {DestinationError} If it is not there, no directory, or cannot be opened.
*/
export async function openForReading(destination: string): Promise<Directory> {
	try {
		return await Directory.open(await realpath(destination));
	} catch (error) {
		throw new DestinationError(`cannot open the backups in ${show(destination)}: ${errorReason(error)}`, {
			...causedBy(error), remedy: adviseOpening(error, 'name the directory that holds the sets with --dest'),
		});
	}
}
