import {errorReason} from '../../files/errors.ts';
import {parseRemotePath, type RemotePath} from '../../remote/remote-path.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {remotePlace} from '../../flags/values.ts';

/**
The remote that a command is about: its first word, if that is one, else what is configured.

@returns And the other words.
@throws {UsageError} If there is none, or the word makes no sense. It is not repeated: it may hold a secret.
*/
export function chooseRemote([first, ...rest]: readonly string[], configured: RemotePath | undefined): {readonly place: RemotePath; readonly words: readonly string[]} {
	if (first?.includes(':')) {
		try {
			return {place: parseRemotePath(first), words: rest};
		} catch (error) {
			throw new UsageError(`the first word takes ${remotePlace.takes}: ${errorReason(error)}`);
		}
	}

	if (!configured) {
		throw new UsageError('no remote is named', {remedy: 'Name one as REMOTE:PATH, or set push-to in the configuration'});
	}

	return {place: configured, words: first === undefined ? [] : [first, ...rest]};
}
