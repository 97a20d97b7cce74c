import {errorLine} from '../exit/failure.ts';
import {ForeseenError} from '../files/errors.ts';
import {answers} from '../files/first-look.ts';
import {type Mount, mountHolding} from '../files/mount-table.ts';
import {displayText} from '../text/display-name.ts';

/** The longest to wait for a file system, in milliseconds: a disk that stood still, or a server that was started anew, takes less. */
const patience = 60_000;

async function awaitPlace(place: string, mounts: readonly Mount[]): Promise<void> {
	const type = mountHolding(mounts, place)?.type;
	const silent = `${displayText(place)}${type === undefined ? '' : ` (${displayText(type)})`} does not answer`;
	const seconds = patience / 1000;
	const hasAnswered = await answers(place, patience, () => {
		process.stderr.write(`${errorLine(`${silent} yet; waiting for it for up to ${seconds} seconds (Ctrl-C quits)`)}\n`);
	});

	if (!hasAnswered) {
		throw new ForeseenError(`${silent}: nothing was heard of it for ${seconds} seconds`, {remedy: 'Look at the server or the program that it comes from, or unmount it (umount -f -l)'});
	}
}

/**
Waits until places can be looked at, and says on stderr what it waits for. To be called before anything looks at them, where they are on file systems that
may never answer.

@param places Absolute paths.
@throws {ForeseenError} If one does not answer.
*/
export async function awaitPlaces(places: readonly string[], mounts: readonly Mount[]): Promise<void> {
	await Promise.all(places.map(async place => awaitPlace(place, mounts)));
}
