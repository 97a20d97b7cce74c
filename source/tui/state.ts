import type {Asking} from './keys/screen.ts';
import {pathBelow} from './kit/facts.ts';
import type {Size} from './kit/layout.ts';
import {emptyReview, type ReviewEffect, type ReviewView} from './review/review-state.ts';
import {emptyRun, type RunEffect, type RunView} from './run/run-state.ts';
import {emptyBrowse, type SetsEffect, type SetsView} from './sets/sets-state.ts';
import type {TerminalContext} from './context.ts';

/** All that can be asked for by values. session.ts does it. */
export type Effect = ReviewEffect | RunEffect | SetsEffect;

/** The whole state: the slices of all rooms. */
export type State = ReviewView & RunView & SetsView & Asking<Effect>;

/** The facts that the first screen depends on. */
type StartFacts = Pick<TerminalContext, 'version' | 'host' | 'user' | 'source' | 'destination' | 'date' | 'existing' | 'running' | 'lastRun' | 'configuration' | 'keeper' | 'command' | 'isSlow' | 'browser' | 'remote' | 'mostBytes' | 'destinationProblem'>;

/** The state a session starts with. */
export function initialState(context: StartFacts, size: Size): State {
	const {
		version, host, user, source, destination, date, existing, running, lastRun, configuration, keeper, command, isSlow, browser, remote, mostBytes, destinationProblem,
	} = context;
	const screen = running ? 'run' : (existing ? 'exists' : 'review');

	return {
		facts: {
			version, host, user, source, destination, date, set: pathBelow(destination, date), lastRun, configuration,
		},
		command,
		size,
		screen,
		isHelpOpen: false,
		pageTop: 0,
		existing,
		isAddition: false,
		canSave: keeper !== undefined,
		saving: undefined,
		savedIn: undefined,
		space: undefined,
		destinationProblem,
		paged: undefined,
		// Each move would send them all again.
		review: {...emptyReview(size), ...(mostBytes && {mostBytes}), ...(isSlow && {isDetailed: false})},
		run: {...emptyRun, isAttached: running !== undefined},
		browse: {...emptyBrowse, remote, ...(browser && {isThere: true, home: browser.home, remote: browser.away?.name})},
		exit: undefined,
		effects: screen === 'review' ? [{type: 'scan'}, {type: 'readSpace'}] : [],
	};
}
