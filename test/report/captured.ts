import {Writable} from 'node:stream';
import {Output, type OutputOptions} from '../../source/report/output.ts';

/** A standard stream that keeps what is written to it. */
export class Captured {
	text = '';
	readonly stream: NodeJS.WriteStream;
	readonly output: Output;

	/**
	@param terminal Its columns, if it is a terminal.
	*/
	constructor(terminal?: number, options?: OutputOptions) {
		this.stream = Object.assign(new Writable({
			write: (chunk: Buffer, _encoding, done) => {
				this.text += chunk.toString();
				done();
			},
		}), terminal === undefined ? {isTTY: false} : {isTTY: true, columns: terminal, rows: 24}) as unknown as NodeJS.WriteStream;
		this.output = new Output(this.stream, options);
	}

	/** What was written since it was asked last. */
	take(): string {
		const {text} = this;
		this.text = '';
		return text;
	}
}

/** Both standard streams. */
export function captureBoth(terminal?: number) {
	const out = new Captured();
	const error = new Captured(terminal);
	return {
		out, error,
		/** What was written to each since it was asked last. */
		taken() {
			return {out: out.take(), error: error.take()};
		},
	};
}

/** Which of some words a text has not. */
export const lacking = (text: string, ...words: ReadonlyArray<string | number>): string[] => words.map(String).filter(word => !text.includes(word));
