/*
Between the terminal and Ink, which reads nothing itself: it only says when the terminal is ours, by the stream that it is given instead.
*/
import {Readable} from 'node:stream';
import {type InputEvent, InputParser, type Unfinished} from './input-parser.ts';
import {PendingInput} from './pending-input.ts';

/**
Milliseconds of silence after which what has begun is taken to be complete, or given up.

Escape alone leaves screens, and the program; the arrows begin with it. Where a line loses the segment between the two, the rest comes after the
shortest time in which TCP sends again (200 ms), and a serial line of 300 baud needs 33 ms a byte. Half of any other sequence is nothing,
so that there is more time for its rest. A paste has as long as a line may stall: its rest would be taken for keys.
*/
const usualWaits: Readonly<Record<Unfinished, number>> = {
	key: 250, sequence: 1000, string: 1000, paste: 5000,
};
const slowWaits: Readonly<Record<Unfinished, number>> = {
	key: 1000, sequence: 3000, string: 3000, paste: 20_000,
};

/** The most silences that a string may last in all: else keys typed into one without an end would never be heard. */
const longestString = 5;

/* Bracketed paste: the terminal says what is pasted and not typed. */
const pasteOn = '\u{1B}[?2004h';
const pasteOff = '\u{1B}[?2004l';

/*
On the alternate screen, the wheel of the mouse is to send arrows. The mouse itself is not asked for, so that text can still be selected. Some terminals
have this on anyhow: they keep what it was (XTSAVE) and take it back; for those that cannot keep it, it is off, as it is at first.
*/
const wheelOn = '\u{1B}[?1007s\u{1B}[?1007h';
const wheelOff = '\u{1B}[?1007l\u{1B}[?1007r';

type Terminal = {
	readonly input: NodeJS.ReadStream & {readonly fd: number};
	readonly output: NodeJS.WriteStream;
	readonly isSlow: boolean;
	/** Called when another program gets the terminal. */
	readonly onLost: () => void;
};

/** The keys of a terminal, while it is ours. */
export class Keyboard {
	/** The stream that Ink reads, which never has anything to read. */
	readonly stream: NodeJS.ReadStream;
	readonly #terminal: Terminal;
	readonly #waits: Readonly<Record<Unfinished, number>>;
	readonly #parser = new InputParser();
	readonly #pending: PendingInput;
	#listener: (event: InputEvent) => void = () => undefined;
	#isOurs = false;
	#silence: NodeJS.Timeout | undefined;
	#limit: NodeJS.Timeout | undefined;
	/** Counts chunks of input. */
	#arrivals = 0;

	readonly #read = (bytes: Uint8Array): void => {
		this.#arrivals++;
		this.#tell(this.#parser.push(bytes));
		this.#wait();
	};

	constructor(terminal: Terminal) {
		this.#terminal = terminal;
		this.#pending = new PendingInput(terminal.input);
		this.#waits = terminal.isSlow ? slowWaits : usualWaits;
		const hollow = new Readable({read: () => undefined});
		this.stream = Object.assign(hollow, {
			isTTY: true,
			setRawMode: (isOurs: boolean) => {
				if (isOurs) {
					this.take();
				} else {
					this.giveBack();
				}

				return hollow;
			},
			ref: () => hollow,
			unref: () => hollow,
		}) as unknown as NodeJS.ReadStream;
	}

	/** Called with everything that was typed. */
	listen(listener: (event: InputEvent) => void): void {
		this.#listener = listener;
	}

	/** Takes the terminal. */
	take(): void {
		if (this.#isOurs) {
			return;
		}

		const {input, output} = this.#terminal;
		this.#isOurs = true;
		input.ref();
		input.setRawMode(true);
		input.on('data', this.#read);
		input.resume();
		output.write(pasteOn + wheelOn);
	}

	/** Gives the terminal back: for a while, or for good. */
	giveBack(): void {
		if (!this.#isOurs) {
			return;
		}

		const {input, output, onLost} = this.#terminal;
		this.#isOurs = false;
		this.#forget();
		output.write(wheelOff + pasteOff);
		input.off('data', this.#read);
		// Otherwise it would go on reading, and take input from the program that has the terminal now.
		input.pause();
		input.setRawMode(false);
		input.unref();
		onLost();
	}

	/** Handles the keys typed so far with the frame shown so far. */
	catchUp(): void {
		const bytes = this.#isOurs ? this.#pending.read() : undefined;

		if (bytes && bytes.length > 0) {
			this.#read(bytes);
		}
	}

	/** Gives the terminal back for good. */
	close(): void {
		this.giveBack();
		this.#pending.close();
	}

	#forget(): void {
		this.#parser.reset();
		clearTimeout(this.#silence);
		clearTimeout(this.#limit);
		this.#limit = undefined;
	}

	#tell(events: readonly InputEvent[]): void {
		for (const event of events) {
			this.#listener(event);
		}
	}

	/** Waits for the rest of an unfinished sequence. */
	#wait(): void {
		const {unfinished} = this.#parser;
		clearTimeout(this.#silence);

		if (unfinished !== 'string') {
			clearTimeout(this.#limit);
			this.#limit = undefined;
		}

		if (!unfinished || !this.#isOurs) {
			return;
		}

		const wait = this.#waits[unfinished];
		this.#silence = setTimeout(() => {
			this.#giveUp();
		}, wait);

		if (unfinished === 'string') {
			this.#limit ??= setTimeout(() => {
				this.#end();
			}, longestString * wait);
		}
	}

	/** Reads input that arrived while this process was busy, before a key that it completes is given up. */
	#giveUp(): void {
		const arrivals = this.#arrivals;
		setImmediate(() => {
			if (arrivals === this.#arrivals) {
				this.#end();
			}
		});
	}

	#end(): void {
		if (this.#isOurs) {
			this.#tell(this.#parser.giveUp());
			this.#wait();
		}
	}
}
