import {ForeseenError} from '../files/errors.ts';
import {displayText} from '../text/display-name.ts';

/** A remote of rclone's configuration, and a place in it: `nas:backups/logs`. */
export type RemotePath = {
	/** As rclone's configuration has it. */
	readonly remote: string;
	/** Without a slash at its end; empty for the top of the remote. */
	readonly path: string;
};

/** Names that rclone lets remotes have. */
const remoteName = /^[\p{Letter}\p{Number}+.@_][\p{Letter}\p{Number} +\-.@_]*$/v;

/** Without slashes at its end, unless it is one alone. */
function withoutSlash(path: string): string {
	let end = path.length;

	while (end > 1 && path[end - 1] === '/') {
		end--;
	}

	return path.slice(0, end);
}

/**
Reads `REMOTE:PATH`. Strings that say all of a connection (`:sftp,host=...:path`, `nas,user=...:path`) are refused: what stands there, passwords among it, would be in the list of processes.

@throws {ForeseenError} If it is anything else, with what to know about that; without repeating it.
*/
export function parseRemotePath(text: string): RemotePath {
	const colon = text.indexOf(':');
	const remote = text.slice(0, Math.max(0, colon));
	const path = withoutSlash(text.slice(colon + 1));

	if (colon === 0 || (colon > 0 && remote.includes(','))) {
		throw new ForeseenError('this is all of a connection, which everybody would see in the list of processes: give it a name with rclone config');
	}

	if (colon === -1 || !remoteName.test(remote) || path.startsWith('//') || displayText(path) !== path || path.split('/').includes('..')) {
		throw new ForeseenError('rclone listremotes names the remotes; a directory here is a --dest');
	}

	return {remote, path};
}

export const formatRemotePath = ({remote, path}: RemotePath): string => `${remote}:${path}`;

/** A place below it. */
export const below = ({remote, path}: RemotePath, ...parts: readonly string[]): RemotePath => ({
	remote, path: [...(path === '' ? [] : [path === '/' ? '' : path]), ...parts].join('/'),
});
