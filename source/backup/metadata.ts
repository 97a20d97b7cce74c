import type {BigIntStats} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {errorCode} from '../files/errors.ts';

const permissionBits = 0o777;
const groupBits = 0o070;

async function isDenied(action: Promise<void>): Promise<boolean> {
	try {
		await action;
		return false;
	} catch (error) {
		if (errorCode(error) === 'EPERM') {
			return true;
		}

		throw error;
	}
}

/**
Gives a copy the owner, mode and times of its source, and never a looser mode: set-id bits are left out, and where the group cannot be kept
(an ordinary user may not give files away) our own group gets no more than everybody else has.
*/
export async function applyMetadata(handle: FileHandle, source: BigIntStats): Promise<void> {
	const uid = Number(source.uid);
	const gid = Number(source.gid);
	const own = await handle.stat();
	// The file is ours alone (0600) until here, and owner comes before mode, so nobody can read it a moment too early.
	const isOwnerDenied = own.uid !== uid && await isDenied(handle.chown(uid, gid));
	const isGroupDenied = (own.uid === uid || isOwnerDenied) && own.gid !== gid && await isDenied(handle.chown(own.uid, gid));
	const mode = Number(source.mode) & permissionBits;
	const sharedBits = mode & ((mode << 3) & groupBits);
	await handle.chmod(isGroupDenied ? (mode & ~groupBits) | sharedBits : mode);
	await handle.utimes(Number(source.atimeMs) / 1000, Number(source.mtimeNs) / 1e9);
}
