import {createHmac} from 'node:crypto';
import {readFileSync} from 'node:fs';

/** Files that hold the number a system was given when it was installed: machine-id(5). */
const idFile = '/etc/machine-id';

/** Names the use that is made of it: the number itself is not for others to know, so that what it is hashed to is different in every program. */
const purpose = 'logbackup-tui: which machine made a backup set';

/**
An identifier of this installation, different from others of the same host name: a hash of its machine id, 32 hexadecimal digits.

@returns `undefined` where there is none, as in many containers.
*/
export function readMachine(): string | undefined {
	try {
		const id = readFileSync(idFile, 'latin1').trim();
		return /^[\da-f]{32}$/v.test(id) ? createHmac('sha256', id).update(purpose).digest('hex').slice(0, 32) : undefined;
	} catch {
		return undefined;
	}
}
