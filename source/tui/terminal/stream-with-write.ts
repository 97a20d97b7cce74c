import {terminalSize} from '../../text/terminal-size.ts';

/** A stream in front of another one, which changes what is written to it, and gives it a size where it has none. `write` returns what to write instead; `undefined` for nothing. */
export function streamWithWrite(stream: NodeJS.WriteStream, transform: (chunk: string | Uint8Array) => string | Uint8Array | undefined): NodeJS.WriteStream {
	const write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
		const written = transform(chunk);

		// A callback that waits for the write must come all the same.
		return written === undefined && rest.length === 0
			? true
			: Reflect.apply(stream.write, stream, [written ?? '', ...rest]) as boolean;
	};

	return new Proxy(stream, {
		get(target, key) {
			if (key === 'write') {
				return write;
			}

			// Ink would start a program to ask it for the size that the stream doesn't say.
			if (key === 'columns' || key === 'rows') {
				return terminalSize(target)[key];
			}

			const value: unknown = Reflect.get(target, key, target);
			return typeof value === 'function' ? value.bind(target) as unknown : value;
		},
	});
}
