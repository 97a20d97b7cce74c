import {displayText} from '../../text/display-name.ts';
import type {PageLine} from '../kit/page-lines.ts';

/** A page of the screens, read out: without its blank lines and margins. */
export const readOut = (lines: readonly PageLine[]): readonly string[] => lines.map(({text}) => text.trim()).filter(text => text !== '');

/** Says things line by line: whole lines, and a prompt whose line stays open for the answer. No cursor is ever moved. */
export class Voice {
	readonly #write: (text: string) => void;
	readonly #isEchoed: boolean;
	#prompt = '';

	/**
	@param isEchoed Whether the terminal shows what is typed. Where it doesn't, the answers are said, so that the whole reads as one.
	*/
	constructor(write: (text: string) => void, isEchoed: boolean) {
		this.#write = write;
		this.#isEchoed = isEchoed;
	}

	/** A prompt is open for its answer. */
	get isAsking(): boolean {
		return this.#prompt !== '';
	}

	/** Whole lines; what was open is ended first. */
	say(...lines: readonly string[]): void {
		this.sayAll(lines);
	}

	/** Each of many lines. */
	sayAll(lines: readonly string[]): void {
		const start = this.#prompt === '' ? '' : '\n';
		this.#prompt = '';
		const text = start + lines.map(line => `${line}\n`).join('');

		if (text !== '') {
			this.#write(text);
		}
	}

	/** A prompt, after which the answer stands on the same line. */
	ask(prompt: string): void {
		this.say();
		this.#prompt = prompt;
		this.#write(prompt);
	}

	/** The same prompt again, after other output. */
	askAgain(): void {
		if (this.#prompt !== '') {
			this.#write(this.#prompt);
		}
	}

	/** Notes that a line has come in. */
	hear(line: string): void {
		if (this.#prompt !== '' && !this.#isEchoed) {
			this.#write(`${displayText(line)}\n`);
		}

		this.#prompt = '';
	}

	/** Ctrl-C was typed, and stands on a line that is not ended. */
	interrupt(): void {
		if (this.#isEchoed && this.#prompt === '') {
			this.#write('\n');
		}
	}
}
