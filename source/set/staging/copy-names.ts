import type {Directory} from '../../files/directory.ts';
import {
	RefusedCopyError,
	DestinationError,
	errorCode,
	errorReason,
} from '../../files/errors.ts';
import {giveName} from '../../files/give-name.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {spareNames} from '../names/names.ts';
import type {StagedDirectories} from './staged-directories.ts';

/** Error codes for a name that is taken, invalid or not allowed; drivers differ. */
const refusals: ReadonlySet<string | undefined> = new Set([
	'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP', 'ENOENT', 'EACCES', 'EPERM',
]);

/** Those of them that leave no doubt that it is the name. Others, where every name gets them, are about the directory. */
const ofName: ReadonlySet<string | undefined> = new Set(['EEXIST', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'ELOOP']);

/** To be thrown by `give` if the copy must not have that name. */
export class CopyNameTakenError extends Error {
	readonly code: string;

	constructor() {
		super('something else has the name');
		this.name = 'CopyNameTakenError';
		this.code = 'EEXIST';
	}
}

/** Whether another name may do where this one does not. */
export const isRefusal = (error: unknown): boolean => !(error instanceof DestinationError) && refusals.has(errorCode(error));

/**
Gives a copy a name in the staging directory: the planned one, or if that is taken (file systems fold names in their own ways) or
refused, one that any file system holds.

@param give Gives it the name; must not replace anything.
@returns The record with the name it got.
@throws {RefusedCopyError} If there is no name that the file system takes.
@throws What `give` throws for other reasons than the name.
*/
export async function nameCopy(
	directories: StagedDirectories,
	record: CopyRecord,
	give: (file: Buffer) => Promise<void>,
): Promise<CopyRecord> {
	let refusal: unknown;

	for (const file of [record.file, ...spareNames(record.path, record.stored)]) {
		try {
			await directories.makeParents(file);
			await give(file);
			return file === record.file ? record : {...record, file};
		} catch (error) {
			if (!isRefusal(error)) {
				throw error;
			}

			refusal = error;
		}
	}

	if (ofName.has(errorCode(refusal))) {
		throw new RefusedCopyError(`the destination holds no name for its copy: ${errorReason(refusal)}`, {code: errorCode(refusal), cause: refusal});
	}

	throw refusal;
}

/** `nameCopy` for a draft, which loses its own name. */
export const nameDraft = async (root: Directory, directories: StagedDirectories, {draft, record}: {readonly draft: string; readonly record: CopyRecord}): Promise<CopyRecord> =>
	nameCopy(directories, record, async file => giveName(root.at(draft), root.at(file)));
