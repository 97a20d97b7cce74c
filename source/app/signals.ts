import {constants} from 'node:os';
import {errorLine, Interruption, type StopSignal} from '../exit/failure.ts';
import {endProcess} from '../files/end-process.ts';
import {loadLibc} from '../files/libc.ts';

/** Time limit for the process to end after the second signal, in milliseconds. */
const patience = 1000;

const state = {isEnding: false, isWantedAtOnce: false};

/** From here on all is done, and what was done says with which code the process ends: signals only hurry it. */
export function setEnding(code: number): void {
	state.isEnding = true;
	process.exitCode = code;

	// A signal that came when there was nothing left to stop.
	if (state.isWantedAtOnce) {
		hurry();
	}
}

/** Whatever holds up the end, such as a reader that does not read, does not hold it up for ever. */
function hurry(): void {
	setTimeout(() => {
		process.exit(); // eslint-disable-line unicorn/no-process-exit
	}, patience).unref();
}

/** Whether a call on a file system is still under way. */
const isCallPending = () => process.getActiveResourcesInfo().some(name => name.startsWith('FSReq'));

/**
Does not wait for a call that does not return. A thread that waits for the disk of this machine, or over NFS, ends with the process; one that waits for FUSE
keeps the dead process there until it is answered.
*/
function endDespiteCalls(): void {
	setTimeout(() => {
		if (isCallPending()) {
			process.stderr.write(`${errorLine('a file system does not answer: this process may stay until it does, or is unmounted (umount -f -l)')}\n`);
			// Node would wait for its threads.
			loadLibc();
			process.exit(); // eslint-disable-line unicorn/no-process-exit
		}
	}, patience).unref();
}

/**
Turns SIGINT and SIGTERM into an abort, so that the run can stop cleanly; the second one ends the process at once. SIGHUP is taken and left:
a dropped connection does not stop a backup.

@param onHangUp Told of a SIGHUP.
*/
export function abortOnSignals(controller: AbortController, onHangUp: () => void): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const satisfies readonly StopSignal[]) {
		process.on(signal, () => {
			if (state.isEnding) {
				hurry();
				return;
			}

			state.isWantedAtOnce = true;

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
shell expects. (Node ignores SIGPIPE: that one stays an exit code.) Another signal that comes meanwhile changes nothing of that; after a run,
to the very end (see `endProcess`).
*/
export function endWith(code: number): void {
	setEnding(code);
	const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0] as NodeJS.Signals | undefined;

	for (const other of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(other, hurry);
	}

	process.once('exit', () => {
		if (code > 128 && signal && signal !== 'SIGPIPE') {
			endBySignal(signal);
		}

		endProcess(code);
	});

	endDespiteCalls();
}
