import {spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {
	closeSync,
	constants as fsConstants,
	openSync,
	write,
} from 'node:fs';
import type {Socket} from 'node:net';
import {constants as osConstants} from 'node:os';
import {StringDecoder} from 'node:string_decoder';
import {promisify} from 'node:util';
import nodePty, {type IPty} from '@lydell/node-pty';
import {
	createEmulator,
	normalLines,
	visibleLines,
	writeTo,
	type Emulator,
	type Trace,
} from './emulator.ts';
import {closingInherited} from './closing-inherited.ts';
import {cleanEnvironment, patience} from './environment.ts';
import {findDisturbances} from './sequences.ts';

const keys = {
	enter: '\r',
	esc: '\u{1B}',
	space: ' ',
	tab: '\t',
	'shift-tab': '\u{1B}[Z',
	backspace: '\u{7F}',
	delete: '\u{1B}[3~',
	up: '\u{1B}[A',
	down: '\u{1B}[B',
	right: '\u{1B}[C',
	left: '\u{1B}[D',
	home: '\u{1B}[H',
	end: '\u{1B}[F',
	pageup: '\u{1B}[5~',
	pagedown: '\u{1B}[6~',
	f10: '\u{1B}[21~',
	'ctrl-c': '\u{3}',
	'ctrl-d': '\u{4}',
	'ctrl-l': '\u{C}',
	'ctrl-z': '\u{1A}',
	'ctrl-\\': '\u{1C}',
} as const;

export type KeyName = keyof typeof keys;

const isKeyName = (key: string): key is KeyName => Object.hasOwn(keys, key);

/**
The bytes a terminal sends for a key; what is not the name of a key is literal text. Programs can ask for another form of the arrows.
*/
function bytesOfKey(key: string, isAppMode: boolean): string {
	const bytes = isKeyName(key) ? keys[key] : key;
	return isAppMode && isKeyName(key) ? bytes.replace(/^\u{1B}\[(?=[A-DFH]$)/v, '\u{1B}O') : bytes;
}

export type TerminalOptions = {
	readonly command: string;
	readonly args?: readonly string[];
	/** On top of a clean environment. The program sees nothing else of the test's own (no `CI`, no `NO_COLOR`). */
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly cols?: number;
	readonly rows?: number;
	/** Run as this user and group; needs root. */
	readonly uid?: number;
	readonly gid?: number;
};

export type Exit = {
	/** 0 if it was ended by a signal. */
	readonly exitCode: number;
	readonly signal?: NodeJS.Signals;
};

/** What to wait for: text somewhere on the screen, a pattern on its lines joined by `\n`, or any condition on them. */
export type Condition = string | RegExp | ((lines: readonly string[]) => boolean);

export type WaitOptions = {
	readonly timeout?: number;
	/** For the error: what was waited for. */
	readonly what?: string;
};

/* What node-pty's class for Unix has besides its declared interface; its version is pinned. */
type UnixPty = IPty & {
	readonly ptsName: string;
	readonly _socket: Socket;
	_emittedClose: boolean;
};

type Waiter = {
	readonly check: () => boolean;
	readonly settle: (problem?: string) => void;
};

const writeAsync = promisify(write);

function signalName(number: number | undefined): NodeJS.Signals | undefined {
	const entry = Object.entries(osConstants.signals).find(([, value]) => value === number);
	return entry?.[0] as NodeJS.Signals | undefined;
}

function describeCondition(condition: Condition): string {
	if (typeof condition === 'string') {
		return JSON.stringify(condition);
	}

	return condition instanceof RegExp ? String(condition) : `a screen such that ${String(condition)}`;
}

function meets(condition: Condition, lines: readonly string[]): boolean {
	if (typeof condition === 'string') {
		return lines.some(line => line.includes(condition));
	}

	return condition instanceof RegExp ? condition.test(lines.join('\n')) : condition(lines);
}

/**
A program in a pseudo-terminal, with a terminal emulator behind it: what the operator would see, and keys to press.

Nothing in it sleeps. Conditions are checked whenever the emulator has taken in what the program wrote, and between the frames of a
program that marks them (synchronized output), as a terminal shows them.
*/
export class Terminal {
	static start(options: TerminalOptions): Terminal {
		return new Terminal(options);
	}

	/** Settles when the program has ended and all it wrote is on the emulator. */
	readonly exited: Promise<Exit>;
	readonly emulator: Emulator;
	/** What the program did to the emulator besides writing on it. */
	readonly trace: Trace;
	readonly #pty: UnixPty;
	/** Our own descriptor of the terminal's side the program has, to see its settings, also when the program is gone. */
	#slave: number | undefined;
	readonly #waiters = new Set<Waiter>();
	#parsing: Promise<unknown> = Promise.resolve();
	#exit: Exit | undefined;
	#isHungUp = false;
	#bytesReceived = 0;
	#transcript = '';
	#onBytes: ((bytes: Buffer) => void) | undefined;
	readonly #decoder = new StringDecoder('utf8');
	/** Set once the program has ended: takes what comes until the mark. */
	#drain: ((bytes: Buffer) => void) | undefined;

	private constructor({command, args = [], env = {}, cwd = process.cwd(), cols = 80, rows = 24, uid, gid}: TerminalOptions) {
		const {emulator, trace} = createEmulator(cols, rows);
		this.emulator = emulator;
		this.trace = trace;
		this.#pty = nodePty.spawn(...closingInherited(command, args), {
			cols,
			rows,
			cwd,
			env: {...cleanEnvironment(uid), ...env},
			name: env.TERM ?? 'xterm-256color',
			encoding: null,
			...(uid !== undefined && {uid}),
			...(gid !== undefined && {gid}),
		}) as UnixPty;

		/*
		Node-pty reports an exit when the terminal is closed, and closes it itself after 200 ms: on a busy machine the last lines could be lost,
		and a program left in the background would hold everything up. With this it reports the exit at once, and we know by the mark
		(below) when everything was read.
		*/
		this.#pty._emittedClose = true;
		this.#slave = openSync(this.#pty.ptsName, fsConstants.O_RDWR | fsConstants.O_NOCTTY);

		this.#pty.onData(data => {
			// With `encoding: null` the data are bytes, whatever the declaration says.
			this.#receive(Buffer.from(data));
		});
		this.emulator.onData(answer => {
			this.send(answer);
		});

		const {promise, resolve} = Promise.withResolvers<{exitCode: number; signal?: number}>();
		this.#pty.onExit(resolve);
		this.exited = this.#settleExit(promise);
	}

	get pid(): number {
		return this.#pty.pid;
	}

	/** Whether the alternate screen is shown, as full-screen programs use it. */
	get isAlternate(): boolean {
		return this.emulator.buffer.active.type === 'alternate';
	}

	/** How many bytes the program has sent. */
	get bytesReceived(): number {
		return this.#bytesReceived;
	}

	/** All that the program has sent, as text. */
	get transcript(): string {
		return this.#transcript;
	}

	/** Where the next character would go, counted from 0. */
	get cursor(): {readonly column: number; readonly row: number} {
		const {cursorX, cursorY} = this.emulator.buffer.active;
		return {column: cursorX, row: cursorY};
	}

	/** The lines now visible, without trailing blanks. */
	screen(): string[] {
		return visibleLines(this.emulator);
	}

	/** All lines of the normal screen and of what scrolled off it: what is left to read when a full-screen program has gone. */
	normalLines(): string[] {
		return normalLines(this.emulator);
	}

	/** Presses keys, one write each. (The program may still get two in one read.) What isn't a key's name is literal text. */
	press(...names: ReadonlyArray<KeyName | (string & Record<never, never>)>): void {
		for (const name of names) {
			this.send(bytesOfKey(name, this.emulator.modes.applicationCursorKeysMode));
		}
	}

	/** Sends bytes in one write: the way a slow link delivers several keys at once. Nobody gets them once the program has ended. */
	send(raw: string): void {
		if (!this.#exit) {
			this.#pty.write(raw);
		}
	}

	resize(cols: number, rows: number): void {
		this.emulator.resize(cols, rows);
		this.#pty.resize(cols, rows);
	}

	/** Stops reading, as a stalled connection does. The kernel's small buffer fills, and then the program's writes block. */
	stall(): void {
		this.#pty.pause();
	}

	resume(): void {
		this.#pty.resume();
	}

	/** Calls back with what comes, as it comes, before the emulator gets it: for measuring. Without a listener, no more. */
	listen(onBytes: ((bytes: Buffer) => void) | undefined): void {
		this.#onBytes = onBytes;
	}

	/** Resolves with the screen as soon as it meets the condition; it may already. */
	async waitFor(condition: Condition, {timeout = patience, what = describeCondition(condition)}: WaitOptions = {}): Promise<string[]> {
		await this.#wait(() => meets(condition, this.screen()), timeout, what);
		return this.screen();
	}

	/** Does something, and resolves with the screen as soon as anything on it, text or colours, is different from before. */
	async waitForChange(action: () => void, {timeout = patience, what = 'the screen to change'}: WaitOptions = {}): Promise<string[]> {
		const before = this.#fingerprint();
		const change = this.#wait(() => this.#fingerprint() !== before, timeout, what);
		action();
		await change;
		return this.screen();
	}

	/** Resolves, as `exited` does, with how the program ended; rejects, showing the screen, if it doesn't. */
	async waitForExit({timeout = patience}: {readonly timeout?: number} = {}): Promise<Exit> {
		const error = new Error('Waiting for the program to end');
		const {promise: late, reject} = Promise.withResolvers<never>();
		const timer = setTimeout(() => {
			error.message += `: it still runs after ${timeout} ms\n${this.#picture()}`;
			reject(error);
		}, timeout);

		try {
			return await Promise.race([this.exited, late]);
		} finally {
			clearTimeout(timer);
		}
	}

	/**
	Resolves when the terminal hands over each key as it is pressed.

	Keys pressed before a program has asked for that are line-edited, echoed and, for Ctrl-C, turned into signals by the kernel: a test of keys
	waits for this first.
	*/
	async waitForRawMode({timeout = patience}: {readonly timeout?: number} = {}): Promise<void> {
		const deadline = Date.now() + timeout;

		while (!this.isRaw) {
			if (this.#exit) {
				throw new Error(`The program ended without raw mode\n${this.#picture()}`);
			}

			if (Date.now() > deadline) {
				throw new Error(`No raw mode in ${timeout} ms\n${this.#picture()}`);
			}

			// The kernel tells nobody of such a change: it has to be asked again and again.
			await new Promise(resolve => {
				setTimeout(resolve, 10);
			});
		}
	}

	/** What `stty -a` says of the terminal, also after the program has ended. */
	get settings(): string {
		if (this.#slave === undefined) {
			throw new Error('The terminal is closed');
		}

		const {stdout, stderr, status} = spawnSync('stty', ['-a'], {stdio: [this.#slave, 'pipe', 'pipe'], encoding: 'utf8'});

		if (status !== 0) {
			throw new Error(`stty failed: ${stderr}`);
		}

		return stdout;
	}

	get isRaw(): boolean {
		return /\s-icanon\b/v.test(this.settings);
	}

	/**
	How the terminal differs from one in which nothing ran: nothing, if a program gave it back as it found it. Adds text to the screen and takes it
	away again, so look at the screen first.
	*/
	async leftovers(): Promise<string[]> {
		await this.#parsing;
		const {modes, buffer} = this.emulator;
		const found: Array<readonly [isLeft: boolean, what: string]> = [
			[this.isAlternate, 'the alternate screen is shown'],
			[this.trace.isCursorHidden, 'the cursor is hidden'],
			[buffer.active.cursorX !== 0, `the cursor is in column ${buffer.active.cursorX}`],
			[this.trace.hasMargins, 'a scrolling region is set'],
			[this.trace.keyboardLevel !== 0, 'a keyboard protocol is on'],
			[modes.mouseTrackingMode !== 'none', `mouse tracking is ${modes.mouseTrackingMode}`],
			[modes.bracketedPasteMode, 'bracketed paste is on'],
			[modes.synchronizedOutputMode, 'synchronized output is on'],
			[modes.insertMode, 'insert mode is on'],
			[modes.originMode, 'origin mode is on'],
			[modes.applicationCursorKeysMode, 'application cursor keys are on'],
			[modes.applicationKeypadMode, 'the application keypad is on'],
			[modes.sendFocusMode, 'focus reports are on'],
			[!modes.wraparoundMode, 'lines do not wrap'],
			[this.trace.modes.size > 0, `private modes ${[...this.trace.modes].join(', ')} are changed`],
		];
		const settings = new Set(this.settings.split(/[\s;]+/v));
		const flags = ['icanon', 'echo', 'isig', 'iexten', 'icrnl', 'opost', 'onlcr', 'ixon']
			.filter(flag => settings.has(`-${flag}`))
			.map(flag => `the terminal is set to -${flag}`);

		return [...found.filter(([isLeft]) => isLeft).map(([, what]) => what), ...flags, ...await this.#probe()];
	}

	/**
	What came over the line that a well-behaved program never sends, even for a while, and what it did to the emulator: titles, clipboard, colours
	of the palette, links, bells, mouse, queries, resets, character sets, concealed, invisible and reordering text.
	*/
	disturbances(): string[] {
		const {titles, commands, answers, bells, resets} = this.trace;
		return [
			...findDisturbances(this.#transcript),
			...titles.map(title => `title ${JSON.stringify(title)}`),
			...commands.map(({id, data}) => `operating system command ${id} ${JSON.stringify(data)}`),
			...answers.map(answer => `the terminal answered ${JSON.stringify(answer)}`),
			...(bells > 0 ? [`${bells} bells`] : []),
			...(resets > 0 ? [`${resets} resets`] : []),
		];
	}

	/** Sends the program a signal. */
	kill(signal: NodeJS.Signals = 'SIGKILL'): void {
		if (this.#exit) {
			return;
		}

		try {
			process.kill(this.pid, signal);
		} catch (error) {
			// It has ended, and the news of that is on its way.
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
				throw error;
			}
		}
	}

	/** Drops the connection: the program's session gets SIGHUP, its input ends, and each of its writes fails. */
	hangUp(): void {
		this.#isHungUp = true;
		this.#pty._socket.destroy();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (!this.#exit) {
			this.kill('SIGKILL');
		}

		// Where nothing is read, its end is never seen: a test that fails meanwhile would wait for it.
		this.resume();
		await this.exited;
		this.#pty._socket.destroy();

		if (this.#slave !== undefined) {
			closeSync(this.#slave);
			this.#slave = undefined;
		}

		this.emulator.dispose();
	}

	#receive(bytes: Buffer): void {
		if (this.#drain) {
			this.#drain(bytes);
		} else {
			this.#show(bytes);
		}
	}

	#show(bytes: Buffer): void {
		this.#onBytes?.(bytes);
		this.#bytesReceived += bytes.length;
		this.#transcript += this.#decoder.write(bytes);
		// The emulator calls back in the order of the writes: the last one stands for all.
		this.#parsing = (async () => {
			await writeTo(this.emulator, bytes);
			this.#checkWaiters();
		})();
	}

	/* Once the program has ended, a mark is written behind its last output; when it arrives, all was read. */
	async #settleExit(ended: Promise<{exitCode: number; signal?: number}>): Promise<Exit> {
		const {exitCode, signal} = await ended;

		if (!this.#isHungUp && this.#slave !== undefined) {
			const mark = Buffer.from(randomUUID());
			const {promise: drained, resolve} = Promise.withResolvers<void>();
			let held: Buffer = Buffer.alloc(0);

			this.#drain = bytes => {
				held = Buffer.concat([held, bytes]);
				const position = held.indexOf(mark);

				if (position === -1) {
					return;
				}

				// What follows the mark comes from a program left in the background.
				this.#drain = undefined;
				this.#show(held.subarray(0, position));
				this.#show(held.subarray(position + mark.length));
				resolve();
			};

			this.#pty._socket.once('close', resolve);
			// On a thread of the pool, as it may have to wait for us to read.
			await writeAsync(this.#slave, mark);
			await drained;
		}

		await this.#parsing;
		const name = signalName(signal);
		this.#exit = {exitCode, ...(name !== undefined && {signal: name})};
		this.#checkWaiters();

		for (const waiter of this.#waiters) {
			waiter.settle(`the program ended (${name ?? `code ${exitCode}`})`);
		}

		return this.#exit;
	}

	#checkWaiters(): void {
		// Between the two marks of a frame a terminal shows the frame before it.
		if (this.emulator.modes.synchronizedOutputMode && !this.#exit) {
			return;
		}

		for (const waiter of this.#waiters) {
			try {
				if (waiter.check()) {
					waiter.settle();
				}
			} catch (error) {
				waiter.settle(`the condition itself failed: ${String(error)}`);
			}
		}
	}

	async #wait(check: () => boolean, timeout: number, what: string): Promise<void> {
		if (!this.emulator.modes.synchronizedOutputMode && check()) {
			return;
		}

		// Made here, so that its stack leads to the test.
		const error = new Error(`Waiting for ${what}`);

		if (this.#exit) {
			error.message += `: the program had ended\n${this.#picture()}`;
			throw error;
		}

		const {promise, resolve, reject} = Promise.withResolvers<void>();
		const waiter: Waiter = {
			check,
			settle: problem => {
				clearTimeout(timer);
				this.#waiters.delete(waiter);

				if (problem === undefined) {
					resolve();
				} else {
					error.message += `: ${problem}\n${this.#picture()}`;
					reject(error);
				}
			},
		};
		const timer = setTimeout(() => {
			waiter.settle(`nothing of the kind in ${timeout} ms`);
		}, timeout);
		this.#waiters.add(waiter);
		await promise;
	}

	/** The screen as a text of its own for error messages. */
	#picture(): string {
		const {cols, rows} = this.emulator;
		const edge = `+${'-'.repeat(cols)}+`;
		const {column, row} = this.cursor;
		const kind = this.isAlternate ? 'alternate' : 'normal';
		return [
			`The ${kind} screen, ${cols}x${rows}, cursor in column ${column} of row ${row}:`,
			edge,
			...this.screen().map(line => `|${line}`),
			edge,
		].join('\n');
	}

	/** All that is visible, with its colours and styles. */
	#fingerprint(): string {
		const {active} = this.emulator.buffer;
		const cell = active.getNullCell();
		let print = active.type;

		for (let row = 0; row < this.emulator.rows; row++) {
			const line = active.getLine(active.baseY + row);

			for (let column = 0; line?.getCell(column, cell); column++) {
				print += cell.getChars() || ' ';

				if (!cell.isAttributeDefault()) {
					print += `<${[
						cell.getFgColorMode(),
						cell.getFgColor(),
						cell.getBgColorMode(),
						cell.getBgColor(),
						cell.isBold(),
						cell.isDim(),
						cell.isInverse(),
						cell.isUnderline(),
						cell.isItalic(),
						cell.isStrikethrough(),
					].join(',')}>`;
				}
			}
		}

		return print;
	}

	/* Colours and character sets have no accessor: writing something shows them. */
	async #probe(): Promise<string[]> {
		// Letters that line drawing replaces.
		const text = 'lqqk`';
		await writeTo(this.emulator, `\r\n${text}`);
		const {active} = this.emulator.buffer;
		const line = active.getLine(active.baseY + active.cursorY);
		const shown = line?.translateToString(false, 0, text.length) ?? '';
		const hasStyle = !line?.getCell(0)?.isAttributeDefault();
		await writeTo(this.emulator, `\r${' '.repeat(text.length)}\r\u{1B}[A`);
		return [
			...(shown === text ? [] : [`text appears as ${JSON.stringify(shown)}`]),
			...(hasStyle ? ['text is coloured or styled'] : []),
		];
	}
}
