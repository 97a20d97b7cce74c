/*
Takes the input of a terminal apart into keys and everything else: ECMA-48 with the additions of xterm, kitty and their relatives. A sequence is recognized
wherever the stream is cut, and whatever is no key is dropped.
*/
import {appendAll} from '../../text/lists.ts';
import {CharacterSplitter, type Unit} from './characters.ts';
import {characterKey, controlKey, singleKey} from './key-sequences.ts';

export type InputEvent =
	/** By the name that the key table has. */
	{readonly kind: 'key'; readonly name: string}
	/** Escape, and keys right after it; or one of them with Alt: they look the same. */
	| {readonly kind: 'alt'; readonly names: readonly string[]}
	/** Text without control characters. */
	| {readonly kind: 'paste'; readonly text: string};

/**
The construct that the input may be in the middle of: a `key` (Escape was pressed, or a sequence begins), a `sequence` that has begun for certain, a `string` (the
answer to a question), or a `paste`.
*/
export type Unfinished = 'key' | 'sequence' | 'string' | 'paste';

type ParserState =
	{readonly kind: 'ground'}
	/** A number of Escapes. `isCut`: a string was under way, and it may be the beginning of its end. */
	| {readonly kind: 'escape'; readonly count: number; readonly isCut: boolean}
	| {readonly kind: 'control' | 'single'; readonly text: string; readonly escapes: number; readonly isByteForm: boolean}
	/** A number of characters that follow, whatever they are. */
	| {readonly kind: 'report'; readonly left: number}
	| {readonly kind: 'string'; readonly endsWithBell: boolean}
	| {readonly kind: 'paste'; readonly text: string; readonly tail: string; readonly end: string};

const ground: ParserState = {kind: 'ground'};

const escape = 0x1B;
const interrupt = 0x03;
const bell = 0x07;
const cancel: ReadonlySet<number> = new Set([0x18, 0x1A]);
const stringEnd = 0x9C;

/** More of a paste is no text that anybody types here: a path is no longer (PATH_MAX). And a longer control sequence is none of a key. */
const mostPasted = 4096;
const longestControl = 64;

/** The ways to say Ctrl-C. */
const interrupts = ['\u{3}', '\u{1B}[99;5u', '\u{1B}[27;5;99~'];
const longestTail = 16;

/** Reports of the mouse that go on with bytes of their own after the last one of the sequence: X10, and what xterm's highlighting sends. */
const reportLengths: Readonly<Record<string, number>> = {M: 3, t: 2, T: 6};

/** Whether a character after Escape begins a sequence; the 8-bit forms are 64 further on. */
const isIntroducer = (code: number): boolean => '[O]PX^_\\'.includes(String.fromCodePoint(code));

/** Whether a character ends a sequence. The console of Linux has function keys with two brackets, and a letter after them. */
const isLast = (kind: 'control' | 'single', before: string, character: string): boolean => kind === 'single'
	? !/[\d;]/v.test(character)
	: before === '[' || (character >= '@' && !(before === '' && character === '['));

export class InputParser {
	readonly #splitter = new CharacterSplitter();
	#state: ParserState = ground;
	#events: InputEvent[] = [];

	/** The construct whose rest is still to come, if there is one. */
	get unfinished(): Unfinished | undefined {
		const phase = this.#state;

		switch (phase.kind) {
			case 'ground': {
				return this.#splitter.isInside ? 'sequence' : undefined;
			}

			case 'escape': {
				return 'key';
			}

			case 'control':
			case 'single':
			case 'report': {
				return 'sequence';
			}

			case 'string': {
				return 'string';
			}

			case 'paste': {
				return interrupts.some(text => phase.tail.endsWith(text)) ? 'key' : 'paste';
			}
		}
	}

	/** Parses a chunk of input, and returns the keys that are complete. */
	push(bytes: Uint8Array): readonly InputEvent[] {
		for (const byte of bytes) {
			for (const unit of this.#splitter.push(byte)) {
				this.#take(unit);
			}
		}

		return this.#giveOut();
	}

	/** Ends an unfinished construct after enough silence: an Escape was the key, anything else is dropped. */
	giveUp(): readonly InputEvent[] {
		const phase = this.#state;
		this.reset();

		if (phase.kind === 'escape' && !phase.isCut) {
			this.#press(Array.from({length: phase.count}, () => 'escape'));
		}

		if (phase.kind === 'paste' && interrupts.some(text => phase.tail.endsWith(text))) {
			this.#press(['ctrl-c']);
		}

		return this.#giveOut();
	}

	/** Drops an unfinished construct. */
	reset(): void {
		this.#splitter.reset();
		this.#state = ground;
	}

	#giveOut(): readonly InputEvent[] {
		const events = this.#events;
		this.#events = [];
		return events;
	}

	#press(names: ReadonlyArray<string | undefined>): void {
		appendAll(this.#events, names.filter(name => name !== undefined).map(name => ({kind: 'key', name} as const)));
	}

	#take(unit: Unit): void {
		const phase = this.#state;

		// Ctrl-C is a key in the middle of anything. In a paste it may be part of the text: the silence after it will tell.
		if (unit.code === interrupt && phase.kind !== 'paste') {
			this.#state = ground;
			this.#press(['ctrl-c']);
			return;
		}

		switch (phase.kind) {
			case 'ground': {
				this.#takeFirst(unit);
				break;
			}

			case 'escape': {
				this.#takeEscaped(unit, phase);
				break;
			}

			case 'control':
			case 'single': {
				this.#takeControl(unit, phase);
				break;
			}

			case 'report': {
				this.#takeReport(unit, phase.left);
				break;
			}

			case 'string': {
				this.#takeString(unit, phase.endsWithBell);
				break;
			}

			case 'paste': {
				this.#takePasted(unit, phase);
				break;
			}
		}
	}

	#takeFirst({code, isByte}: Unit): void {
		if (code === escape) {
			this.#state = {kind: 'escape', count: 1, isCut: false};
		} else if (code >= 0x80 && code < 0xA0) {
			this.#introduce(code - 0x40, {escapes: 0, isByteForm: true});
		} else if (!isByte) {
			this.#press([characterKey(code)]);
		}
	}

	/** Begins a sequence, if the character introduces one. A terminator without a sequence is dropped. */
	#introduce(code: number, form: {readonly escapes: number; readonly isByteForm: boolean}): void {
		const character = String.fromCodePoint(code);
		this.#state = character === '[' || character === 'O'
			? {kind: character === '[' ? 'control' : 'single', text: '', ...form}
			: (']PX^_'.includes(character) ? {kind: 'string', endsWithBell: character === ']'} : ground);
	}

	#takeEscaped({code, isByte}: Unit, {count, isCut}: ParserState & {readonly kind: 'escape'}): void {
		if (code === escape) {
			// A terminal puts one Escape before a sequence for Alt; those before that were keys.
			if (count > 1) {
				this.#press(['escape']);
			}

			this.#state = {kind: 'escape', count: isCut ? 1 : 2, isCut: false};
		} else if (isIntroducer(code)) {
			this.#introduce(code, {escapes: count - 1, isByteForm: false});
		} else if (code >= 0x80 && code < 0xA0) {
			this.#introduce(code - 0x40, {escapes: 0, isByteForm: true});
		} else {
			this.#state = ground;
			const name = isByte || isCut ? undefined : characterKey(code);
			this.#pressWithAlt(count, name);
		}
	}

	#pressWithAlt(escapes: number, name: string | undefined): void {
		if (name !== undefined) {
			this.#events.push({kind: 'alt', names: [...Array.from({length: escapes}, () => 'escape'), name]});
		}
	}

	#takeControl(unit: Unit, phase: ParserState & {readonly kind: 'control' | 'single'}): void {
		const {code} = unit;
		const {kind, text, escapes, isByteForm} = phase;

		if (code === escape || code >= 0x80 || cancel.has(code)) {
			this.#restart(unit);
			return;
		}

		if (code < 0x20 || code === 0x7F) {
			return;
		}

		const character = String.fromCodePoint(code);

		if (!isLast(kind, text, character)) {
			this.#state = {...phase, text: (text + character).slice(0, longestControl)};
			return;
		}

		this.#state = ground;

		if (kind === 'control' && text === '' && reportLengths[character] !== undefined) {
			this.#state = {kind: 'report', left: reportLengths[character]};
		} else if (kind === 'control' && text === '200' && character === '~') {
			this.#state = {
				kind: 'paste', text: '', tail: '', end: `${isByteForm ? '\u{9B}' : '\u{1B}['}201~`,
			};
		} else {
			const name = kind === 'control' ? controlKey(text, character) : singleKey(text, character);

			if (escapes > 0) {
				this.#pressWithAlt(escapes, name);
			} else {
				this.#press([name]);
			}
		}
	}

	/** The sequence was broken off: by another one, or by what does not belong in any. */
	#restart(unit: Unit): void {
		this.#state = ground;

		if (unit.code === escape || (unit.code >= 0x80 && unit.code < 0xA0)) {
			this.#takeFirst(unit);
		}
	}

	#takeReport(unit: Unit, left: number): void {
		// Co-ordinates begin at 32; 0 stands for those that are too large.
		if (unit.code < 0x20 && unit.code !== 0) {
			this.#restart(unit);
		} else {
			this.#state = left > 1 ? {kind: 'report', left: left - 1} : ground;
		}
	}

	#takeString({code}: Unit, endsWithBell: boolean): void {
		if (code === escape) {
			this.#state = {kind: 'escape', count: 1, isCut: true};
		} else if (code === stringEnd || cancel.has(code) || (endsWithBell && code === bell)) {
			this.#state = ground;
		}
	}

	#takePasted({code, isByte}: Unit, phase: ParserState & {readonly kind: 'paste'}): void {
		const character = isByte && code >= 0xA0 ? '' : String.fromCodePoint(code);
		const tail = (phase.tail + character).slice(-longestTail);
		const text = phase.text.length < mostPasted + longestTail ? phase.text + character : phase.text;

		if (!tail.endsWith(phase.end)) {
			this.#state = {...phase, text, tail};
			return;
		}

		this.#state = ground;
		const content = text.endsWith(phase.end) ? text.slice(0, -phase.end.length) : text;
		const printable = content.replaceAll(/[\p{Control}\p{Surrogate}]/gv, '').slice(0, mostPasted);

		if (printable !== '') {
			this.#events.push({kind: 'paste', text: printable});
		}
	}
}
