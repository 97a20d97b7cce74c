import type {Command} from '../actions.ts';
import type {NamedAct} from '../named.ts';
import type {State} from '../state.ts';
import type {SessionStore} from '../session-store.ts';
import {awaitState} from './await-state.ts';
import type {Voice} from './voice.ts';

/** Milliseconds after which a wait is announced. */
export const patience = 1000;

/** A screen as a conversation. */
export type Talk = {
	/** Says what there is, on coming from another screen. Settles when a line can be taken. */
	readonly enter: () => Promise<void>;
	/** The prompt for the next line; nothing where lines are taken without one. */
	readonly prompt: () => string | undefined;
	/** Does what a line asks for. Settles when the next one can be taken. */
	readonly take: (line: string) => Promise<void>;
};

export type Settings = {
	/** Rows of a page. */
	readonly page: number;
	/** Lines come from a script, not from a person: nothing is to depend on how fast they come. */
	readonly isScripted: boolean;
	/** Drops the lines that were typed on a terminal by now: they cannot be the answer to a question that was not there. */
	readonly forgetTyped: () => void;
};

/** The state, and the voice that answers: shared by all talks. */
export class Desk {
	readonly store: SessionStore;
	readonly voice: Voice;
	readonly settings: Settings;

	constructor(store: SessionStore, voice: Voice, settings: Settings) {
		this.store = store;
		this.voice = voice;
		this.settings = settings;
	}

	get state(): State {
		return this.store.getState();
	}

	command(command: Command): void {
		this.store.dispatch({type: 'command', command});
	}

	act(act: NamedAct): void {
		this.store.dispatch({type: 'named', act});
	}

	/** Waits until the state is so, or the session ends; says what is waited for where that takes its time. */
	async wait(isSo: (state: State) => boolean, said: string): Promise<void> {
		if (!await awaitState(this.store, isSo, patience)) {
			this.voice.say(said);
			await awaitState(this.store, isSo);
		}
	}
}
