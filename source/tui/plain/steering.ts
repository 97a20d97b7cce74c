/*
The lines typed while the backup runs.
*/
import type {Command} from '../actions.ts';
import {runPhase} from '../run/run-phase.ts';
import type {RunState} from '../run/run-state.ts';
import {progressText} from './narrator.ts';
import {quote} from './numbers.ts';

export type Steer =
	{readonly command: Command}
	/** Lines that answer at once. */
	| {readonly say: readonly string[]};

const words: ReadonlyMap<string, Command> = new Map([['q', 'ask'], ['quit', 'ask'], ['stop', 'ask'], ['d', 'leave'], ['detach', 'leave']]);

const helpWords: ReadonlySet<string> = new Set(['?', 'h', 'help']);

const pauseWords: ReadonlySet<string> = new Set(['p', 'pause']);

const answers: ReadonlyMap<string, Command> = new Map([['y', 'stop'], ['yes', 'stop'], ['n', 'goOn'], ['no', 'goOn'], ['', 'goOn'], ['d', 'leave'], ['detach', 'leave']]);

const runHelp: readonly string[] = [
	'Enter: how far it is',
	'p: pause, and go on',
	'q: stop; asks first',
	'l: all files with what became of each; m lists more; f lists what failed',
	'd: leave it running; start logbackup-tui again to follow it',
	'Ctrl-C: stop; asks first; once more stops, and once more at once',
	'The backup runs in a process of its own. It continues if this terminal or the connection is lost.',
];

/** Asked before a run is stopped. */
export const stopQuestion = 'Stop the backup? What is complete is kept for the next run. y or n: ';

/** The progress of a run, in one line. */
function whereabouts(run: RunState): string {
	const phase = runPhase(run);
	const prefix = {
		starting: 'Starting', copying: '', finishing: 'Finishing, syncing to disk', stopping: 'Stopping', paused: 'Paused',
	}[phase];
	return [prefix, run.status ? progressText(run.status) : ''].filter(part => part !== '').join(': ');
}

/** Reads a line typed while a backup runs. */
export function steer(line: string, run: RunState): Steer {
	if (run.stop === 'stopping' || run.stop === 'killing') {
		return {say: [run.stop === 'stopping' ? 'It is being stopped. Ctrl-C stops it at once.' : 'It is being ended. Ctrl-C does not wait for that.']};
	}

	const word = line.trim().toLowerCase();

	if (run.stop === 'asking') {
		const command = answers.get(word);
		return command ? {command} : {say: ['y stops the backup, n lets it go on.']};
	}

	if (word === '') {
		return {say: [whereabouts(run)]};
	}

	if (helpWords.has(word)) {
		return {say: runHelp};
	}

	if (pauseWords.has(word)) {
		return {command: run.isPaused ? 'resume' : 'pause'};
	}

	const command = words.get(word);
	return command ? {command} : {say: [`${quote(line.trim())} is not a command now; Enter, p, q, d, l, f and ? are.`]};
}

/** The message about a change of a run that was asked for. */
export function runChange(next: RunState, previous: RunState): string | undefined {
	if (next.stop !== previous.stop) {
		const said: Readonly<Record<RunState['stop'], string | undefined>> = {
			no: 'The backup continues.',
			asking: undefined,
			stopping: 'Stopping, keeping what is complete. Ctrl-C stops at once.',
			killing: 'Ending it at once. Ctrl-C does not wait for that.',
		};
		return said[next.stop];
	}

	return next.isPaused === previous.isPaused ? undefined : (next.isPaused ? 'Paused: nothing is read or written. p continues.' : 'Continuing.');
}
