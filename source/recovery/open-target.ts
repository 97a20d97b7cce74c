import {mkdir, realpath} from 'node:fs/promises';
import path from 'node:path';
import {Directory} from '../files/directory.ts';
import {
	causedBy,
	DestinationError,
	errorCode,
	errorReason,
	errorReasonForRoot,
} from '../files/errors.ts';
import {type FileIdentity, isSameFile} from '../files/identity.ts';
import {privateDirectoryMode} from '../files/modes.ts';
import {displayText} from '../text/display-name.ts';
import {quoteWord} from '../text/shell.ts';
import {RestoreTarget} from './restore-target.ts';

const forOthers = 0o077n;

async function explainOpening(location: string, error: unknown): Promise<DestinationError> {
	const code = errorCode(error);

	if (code !== 'ELOOP' && code !== 'ENOTDIR') {
		return new DestinationError(`cannot restore into ${displayText(location)}: ${errorReasonForRoot(error)}`, {code, cause: error});
	}

	const place = await realpath(location).catch(() => location);
	const isLink = place !== location;
	const what = isLink ? `refusing to restore through ${displayText(location)}: it is a symbolic link` : `cannot restore into ${displayText(location)}: it is not a directory`;
	return new DestinationError(what, {code, cause: error, remedy: isLink ? `If that is what you want, name the place it leads to: --to ${quoteWord(place)}` : undefined});
}

/** Opens what may be a link's place, following it as the kernel allows (`fs.protected_symlinks`, proc(5)). */
const openPlace = async (location: string): Promise<Directory> => Directory.open(path.join(location, '/') + '.');

async function isWithin(directory: Directory, outer: FileIdentity): Promise<boolean> {
	let current = await directory.openDirectory('.');

	try {
		for (;;) {
			const identity = await current.identity();
			const parent = await current.openDirectory('..');
			await current.close();
			current = parent;

			if (isSameFile(identity, outer) || isSameFile(identity, await parent.identity())) {
				return isSameFile(identity, outer);
			}
		}
	} finally {
		await current.close();
	}
}

async function refuseWithin(directory: Directory, {location, backups}: {readonly location: string; readonly backups: FileIdentity | undefined}): Promise<void> {
	let isRefused: boolean;

	try {
		isRefused = backups !== undefined && await isWithin(directory, backups);
	} catch (error) {
		throw await explainOpening(location, error);
	}

	if (isRefused) {
		throw new DestinationError(`refusing to restore into ${displayText(location)}: that is where the backups are`, {remedy: 'Name another directory with --to'});
	}
}

async function makeRoot(location: string, backups: FileIdentity | undefined): Promise<{readonly root: Directory; readonly isNew: boolean}> {
	let parent: Directory;

	try {
		parent = await openPlace(path.dirname(location));
	} catch (error) {
		throw errorCode(error) === 'ENOENT'
			? new DestinationError(
				`cannot restore into ${displayText(location)}: ${displayText(path.dirname(location))} doesn't exist`,
				{remedy: `Create it first: mkdir -p ${quoteWord(path.dirname(location))}`},
			)
			: await explainOpening(path.dirname(location), error);
	}

	await using _ = parent;
	await refuseWithin(parent, {location, backups});

	try {
		// Another restoration may have just made it.
		const isNew = await mkdir(parent.at(path.basename(location)), privateDirectoryMode).then(() => true).catch((error: unknown) => {
			if (errorCode(error) === 'EEXIST') {
				return false;
			}

			throw error;
		});
		await parent.sync();
		return {root: await parent.openDirectory(path.basename(location)), isNew};
	} catch (error) {
		throw await explainOpening(location, error);
	}
}

export type TargetOptions = {
	/** An absolute path. */
	readonly location: string;
	/** Where the sets are, if they are here: nothing is ever restored into that. */
	readonly destination: Directory | undefined;
	/** Whether to make the directory (only its last component, mode 0700) if it is not there. */
	readonly create: boolean;
	/** Whether some space must stay free. */
	readonly checkSpace: boolean;
};

async function openRoot({location, create}: TargetOptions, backups: FileIdentity | undefined): Promise<{readonly root: Directory; readonly isNew: boolean} | undefined> {
	try {
		return {root: await Directory.open(location), isNew: false};
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') {
			throw await explainOpening(location, error);
		}
	}

	return create ? makeRoot(location, backups) : undefined;
}

/**
Opens the directory that files are restored to.

@returns `undefined` if it is not there, and is not to be made.
@throws {DestinationError} If it cannot be opened or made, is a link, or one of the backups.
*/
export async function openTarget(options: TargetOptions): Promise<RestoreTarget | undefined> {
	const {location, destination, checkSpace} = options;
	const backups = await destination?.identity().catch((error: unknown) => {
		throw new DestinationError(`cannot look at the backups: ${errorReason(error)}`, causedBy(error));
	});
	const opened = await openRoot(options, backups);

	if (!opened) {
		return undefined;
	}

	const {root, isNew} = opened;
	let isClosed: boolean;

	try {
		await refuseWithin(root, {location, backups});
		const {mode} = await root.stat();
		isClosed = (mode & forOthers) === 0n;
	} catch (error) {
		await root.close();
		throw error instanceof DestinationError ? error : await explainOpening(location, error);
	}

	return new RestoreTarget({
		root, isNew, isClosed, location, backups, checkSpace,
	});
}
