import {constants} from 'node:os';
import {Interruption, type StopSignal} from '../backup/failure.ts';

/**
Turns SIGINT and SIGTERM into an abort, so that the run can stop cleanly; the second one ends the process at once. SIGHUP is taken and left:
a dropped connection does not stop a backup.

@param onHangUp Told of a SIGHUP.
*/
export function abortOnSignals(controller: AbortController, onHangUp: () => void): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const satisfies readonly StopSignal[]) {
		process.on(signal, () => {
			if (controller.signal.aborted) {
				endBySignal(signal);
			}

			controller.abort(new Interruption(signal));
		});
	}

	process.on('SIGHUP', onHangUp);
}

/** A signal for what need not go on without who started it: SIGINT and SIGTERM abort it as `abortOnSignals` says, and SIGHUP too. */
export function abortedBySignals(): AbortSignal {
	const controller = new AbortController();
	abortOnSignals(controller, () => {
		controller.abort(new Interruption('SIGHUP'));
	});
	return controller.signal;
}

function endBySignal(signal: NodeJS.Signals): void {
	process.removeAllListeners(signal);
	process.kill(process.pid, signal);
}

/**
Ends the process with an exit code once all output is written; with 128 + N by raising signal N, so that whoever waits sees the signal, as a
shell expects. (Node ignores SIGPIPE: that one stays an exit code.)
*/
export function endWith(code: number): void {
	process.exitCode = code;
	const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0] as NodeJS.Signals | undefined;

	if (code > 128 && signal && signal !== 'SIGPIPE') {
		process.once('exit', () => {
			endBySignal(signal);
		});
	}
}
