import xterm from '@xterm/headless';
import stringWidth from 'string-width';

export type Emulator = xterm.Terminal;

/** An operating system command the program sent: `52` is the clipboard, `0` and `2` the title, `4` the palette, `8` a link. */
export type OperatingSystemCommand = {
	readonly id: number;
	readonly data: string;
};

/** What programs did to the emulator besides writing on it. Grows as they do it. */
export type Trace = {
	readonly titles: string[];
	readonly commands: OperatingSystemCommand[];
	/** What the emulator answered, as if typed, to queries (cursor position, device attributes). */
	readonly answers: string[];
	bells: number;
	resets: number;
	isCursorHidden: boolean;
	/** DEC private modes away from their defaults, but for those with an accessor of their own (25, and 47/1047/1049). */
	readonly modes: Set<number>;
	/** Non-zero while the keyboard protocol of kitty is pushed, or `modifyOtherKeys` is on. */
	keyboardLevel: number;
	/** Whether lines are kept out of scrolling. */
	hasMargins: boolean;
};

const modesOnByDefault = new Set([7]);
const modesWithAccessors = new Set([25, 47, 1047, 1048, 1049]);
/** All that xterm and its relatives are known to take; the emulator has no handler for "any". */
const commandIds = [...Array.from({length: 256}, (_, id) => id), 555, 633, 697, 701, 702, 720, 777, 1337, 5522, 9001];

/*
The emulator's built-in widths are those of Unicode 6, where emoji take one column. Today's terminals give them two, as `string-width`
(and so Ink) does. The packing of the properties is the emulator's own: width in bits 1 and 2, bit 0 says "joins what precedes it".
*/
function useModernWidths(emulator: Emulator): void {
	const widths = new Map<number, 0 | 1 | 2>();

	const wcwidth = (codepoint: number): 0 | 1 | 2 => {
		if (codepoint >= 0x20 && codepoint < 0x7F) {
			return 1;
		}

		let width = widths.get(codepoint);

		if (width === undefined) {
			width = Math.min(2, stringWidth(String.fromCodePoint(codepoint))) as 0 | 1 | 2;
			widths.set(codepoint, width);
		}

		return width;
	};

	emulator.unicode.register({
		version: 'modern',
		wcwidth,
		charProperties(codepoint, preceding) {
			const width = wcwidth(codepoint);
			const precedingWidth = (preceding >> 1) & 3;
			const isJoining = width === 0 && preceding !== 0 && precedingWidth !== 0;
			return (Math.max(width, isJoining ? precedingWidth : 0) << 1) | (isJoining ? 1 : 0);
		},
	});
	emulator.unicode.activeVersion = 'modern';
}

function traceModes(emulator: Emulator, trace: Trace): void {
	const setModes = (parameters: ReadonlyArray<number | number[]>, isOn: boolean) => {
		for (const mode of parameters.flat()) {
			if (mode === 25) {
				trace.isCursorHidden = !isOn;
			}

			if (modesWithAccessors.has(mode)) {
				continue;
			}

			if (isOn === modesOnByDefault.has(mode)) {
				trace.modes.delete(mode);
			} else {
				trace.modes.add(mode);
			}
		}

		return false;
	};

	const reset = () => {
		trace.resets++;
		trace.isCursorHidden = false;
		trace.modes.clear();
		trace.keyboardLevel = 0;
		trace.hasMargins = false;
		return false;
	};

	const {parser} = emulator;
	parser.registerCsiHandler({prefix: '?', final: 'h'}, parameters => setModes(parameters, true));
	parser.registerCsiHandler({prefix: '?', final: 'l'}, parameters => setModes(parameters, false));
	parser.registerEscHandler({final: 'c'}, reset);
	parser.registerCsiHandler({intermediates: '!', final: 'p'}, reset);
	parser.registerCsiHandler({final: 'r'}, ([top, bottom]) => {
		trace.hasMargins = Number(top) > 1 || (Number(bottom) > 0 && Number(bottom) < emulator.rows);
		return false;
	});
	parser.registerCsiHandler({prefix: '>', final: 'u'}, () => {
		trace.keyboardLevel++;
		return false;
	});
	parser.registerCsiHandler({prefix: '<', final: 'u'}, ([count]) => {
		trace.keyboardLevel = Math.max(0, trace.keyboardLevel - Math.max(1, Number(count)));
		return false;
	});
	parser.registerCsiHandler({prefix: '>', final: 'm'}, ([resource, value]) => {
		if (resource === 4) {
			trace.keyboardLevel = Number(value ?? 0);
		}

		return false;
	});
}

/** A terminal emulator and the record of what is done to it. */
export function createEmulator(cols: number, rows: number): {readonly emulator: Emulator; readonly trace: Trace} {
	const emulator = new xterm.Terminal({
		cols, rows, allowProposedApi: true, scrollback: 100_000, logLevel: 'off',
	});
	const trace: Trace = {
		titles: [],
		commands: [],
		answers: [],
		bells: 0,
		resets: 0,
		isCursorHidden: false,
		modes: new Set(),
		keyboardLevel: 0,
		hasMargins: false,
	};

	useModernWidths(emulator);
	traceModes(emulator, trace);

	emulator.onTitleChange(title => {
		trace.titles.push(title);
	});
	emulator.onBell(() => {
		trace.bells++;
	});
	emulator.onData(data => {
		trace.answers.push(data);
	});

	for (const id of commandIds) {
		emulator.parser.registerOscHandler(id, data => {
			trace.commands.push({id, data});
			return false;
		});
	}

	return {emulator, trace};
}

/** Has the emulator parse output, and resolves when its buffer shows the effect. */
export const writeTo = async (emulator: Emulator, output: string | Uint8Array): Promise<void> => new Promise(resolve => {
	emulator.write(output, resolve);
});

/** The lines now visible, each without trailing blanks, however far somebody scrolled. */
export function visibleLines(emulator: Emulator): string[] {
	const {active} = emulator.buffer;
	return Array.from({length: emulator.rows}, (_, row) =>
		active.getLine(active.baseY + row)?.translateToString(true).trimEnd() ?? '');
}

/** All lines of the normal screen with what has scrolled away above it, wrapped ones joined, without the empty ones at the end. */
export function normalLines(emulator: Emulator): string[] {
	const {normal} = emulator.buffer;
	const lines: string[] = [];

	for (let row = 0; row < normal.length; row++) {
		const line = normal.getLine(row);

		if (line?.isWrapped && lines.length > 0) {
			lines.push(lines.pop()! + line.translateToString(false));
		} else {
			lines.push(line?.translateToString(false) ?? '');
		}
	}

	const trimmed = lines.map(line => line.trimEnd());
	return trimmed.slice(0, trimmed.findLastIndex(line => line !== '') + 1);
}
