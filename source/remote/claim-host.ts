import type {Whose} from '../set/names/provenance.ts';
import {workName} from '../set/names/names.ts';
import {displayText} from '../text/display-name.ts';
import {type Rclone, RemoteError} from './rclone.ts';

/** Where the machines that push to a host's directory are named, each by an object of its own. */
const claimsOf = (host: string) => `${host}/${workName}`;

const isMachine = (name: string) => /^[\da-f]{32}$/v.test(name);

const namesake = (host: string, others: readonly string[]) => new RemoteError(
	`another machine that is called ${displayText(host)} (${others[0]!.slice(0, 8)}) pushes there too: their sets would be mixed up`,
	{remedy: `Push to a path of its own; or if it is the same under a new machine-id, say so with --host ${displayText(host)}`},
);

/**
Sees to it that only one machine pushes to a host's directory: hosts may have the same name. Of two that begin at the same moment, both are refused.

@param own Without a machine, the operator vouches for it.
@throws {RemoteError} If another one does.
*/
export async function claimHost(rclone: Rclone, host: string, own: Whose): Promise<void> {
	const {machine} = own;

	if (machine === undefined || host !== own.host) {
		return;
	}

	const claim = `${claimsOf(host)}/${machine}`;
	const findOthers = async () => {
		const listed = await rclone.list(claimsOf(host), 1);
		const claims = listed.map(({path}) => path).filter(name => isMachine(name));
		return {isClaimed: claims.includes(machine), others: claims.filter(name => name !== machine)};
	};

	const {isClaimed, others} = await findOthers();

	if (others.length > 0) {
		throw namesake(host, others);
	}

	if (isClaimed) {
		return;
	}

	await rclone.write(claim, `${new Date().toISOString()}\n`);
	const {others: later} = await findOthers();

	if (later.length > 0) {
		await rclone.removeFile(claim);
		throw namesake(host, later);
	}
}
