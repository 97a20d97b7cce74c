/*
Tells which frame the operator could see when a key was pressed. A key that was typed ahead, or comes while the state has moved on and the terminal
does not show it yet,
answers no question.
*/
import {isAnswer, keyContext} from './meanings.ts';
import {screens} from './screens.ts';
import type {State} from './state.ts';

/** Whether a key would answer the same on both. */
function isSameQuestion(one: State, other: State): boolean {
	const {question} = screens[one.screen];
	const asked = question(other);
	return one.screen === other.screen && keyContext(one) === keyContext(other) && question(one).every((part, index) => part === asked[index]);
}

export class Sight {
	/** The state of the tree that will be drawn, of the frame that is being written, and of the one that stands on the terminal. */
	#committed: State | undefined;
	#written: State | undefined;
	#drawn: State | undefined;

	/** Notes that a tree was made for this state, and is going to be drawn. */
	commit(state: State): void {
		this.#committed = state;
	}

	/** Notes that the frame of that tree is about to be written. */
	write(): void {
		this.#written = this.#committed;
	}

	/** Notes that it has been written; or that it equals the frame on the terminal. */
	finish(): void {
		this.#drawn = this.#written ?? this.#committed;
		this.#written = undefined;
	}

	/** Notes that another program has the terminal. */
	lose(): void {
		this.#drawn = undefined;
	}

	/** Whether a key that has just come may act. Before anything is drawn, only Ctrl-C may. */
	admits(state: State, key: string): boolean {
		const drawn = this.#drawn;
		return drawn === undefined ? key === 'ctrl-c' : !isAnswer(keyContext(state), key) || isSameQuestion(drawn, state);
	}
}
