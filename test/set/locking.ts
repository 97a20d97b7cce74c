import fs from 'node:fs/promises';
import type {Directory} from '../../source/files/directory.ts';
import {describeSelf, type Holder} from '../../source/set/lock/holder.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import type {Place} from '../support/set-fixtures.ts';

const {signal} = new AbortController();

/** Takes the lock of a destination; waits `wait` milliseconds for it. */
export const take = async (directory: Directory, wait = 0, ending = signal): Promise<Lock> => Lock.take(directory, wait, ending);

/** Writes who is said to have the lock, `age` seconds ago. */
export async function writeLock(place: Place, holder: Partial<Holder>, age = 0): Promise<void> {
	await place.write('.lock', `${JSON.stringify({...await describeSelf('file'), ...holder})}\n`);
	const time = (Date.now() / 1000) - age;
	await fs.utimes(place.at('.lock'), time, time);
}

