import {describeFailure, exitCodeFor} from '../../exit/failure.ts';
import {withRemedy} from '../../text/with-remedy.ts';
import {isReaderGone} from '../../report/output.ts';
import {unwrittenError} from '../../report/unwritten.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Events that take the terminal away, or forbid to go on with it. */
export type ForcedExit =
	{readonly kind: 'signal'; readonly signal: (typeof signals)[number]}
	/** Nothing can be shown, or standard output takes nothing: one line for stderr. `code`: the exit code, if it is not 1. */
	| {readonly kind: 'failed'; readonly message: string; readonly code?: number}
	/** The program itself broke. */
	| {readonly kind: 'broken'; readonly error: unknown};

type SpecialMeanings = {
	readonly onInterrupt?: () => void;
	readonly onInputEnd?: () => void;
};

/**
Turns everything that could take the terminal away, or leave it in disorder, into one orderly exit: signals, an end or an error of the
terminal itself (after an SSH drop, each write raises EIO), and a failure of our own.

@param leave Told why to leave.
@param special What Ctrl-C and the end of the input mean instead, to a session that reads lines.
@returns Takes the handlers off again, except those for the streams: writes may go on failing until the process ends.
*/
export function guardTerminal(leave: (why: ForcedExit) => void, {onInterrupt, onInputEnd}: SpecialMeanings = {}): () => void {
	const onSignal = (signal: NodeJS.Signals) => {
		const known = signals.find(name => name === signal);

		if (known === 'SIGINT' && onInterrupt) {
			onInterrupt();
		} else if (known) {
			leave({kind: 'signal', signal: known});
		}
	};

	const onLost = () => {
		leave({kind: 'signal', signal: 'SIGHUP'});
	};

	const onUnwritten = (error: unknown) => {
		if (isReaderGone(error, process.stdout)) {
			onLost();
			return;
		}

		const failure = unwrittenError(error);
		leave({kind: 'failed', message: withRemedy(describeFailure(failure)), code: exitCodeFor(failure)});
	};

	const onFailure = (error: unknown) => {
		leave({kind: 'broken', error});
	};

	for (const signal of signals) {
		process.on(signal, onSignal);
	}

	process.on('uncaughtException', onFailure);
	process.on('unhandledRejection', onFailure);
	process.stdin.on('end', onInputEnd ?? onLost);
	process.stdin.on('error', onLost);
	process.stdout.on('error', onUnwritten);
	process.stderr.on('error', error => {
		// If not even standard error takes output, nobody can be told.
		if (isReaderGone(error, process.stderr)) {
			onLost();
		}
	});

	return () => {
		for (const signal of signals) {
			process.off(signal, onSignal);
		}

		process.off('uncaughtException', onFailure);
		process.off('unhandledRejection', onFailure);
	};
}
