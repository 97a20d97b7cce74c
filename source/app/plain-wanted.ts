import type {BackupFlags} from '../flags/backup-flags.ts';
import {UsageError} from '../flags/usage-error.ts';

/**
Whether questions are asked in lines, without screens: on demand, for a screen reader, or where the terminal cannot place a cursor.

@param remedy Advice if there is no terminal.
@throws {UsageError} If no flag says so, and there is no terminal to ask on.
*/
export function isPlainWanted({plain, screenReader}: Pick<BackupFlags, 'plain' | 'screenReader'>, remedy: string): boolean {
	if (plain || screenReader) {
		return true;
	}

	const {stdin, stdout, env} = process;
	const missing = stdin.isTTY ? (stdout.isTTY ? undefined : 'standard output') : 'standard input';

	if (missing) {
		throw new UsageError(`${missing} is not a terminal, so there is nobody to ask`, {remedy});
	}

	// The variable that programs made with Ink heed. It does not make a terminal of a pipe: whoever answers from one says so by a flag.
	return env.INK_SCREEN_READER === 'true' || ['', 'dumb'].includes(env.TERM ?? '');
}
