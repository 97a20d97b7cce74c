import type {EngineOptions, Unpacker} from '../compression/compression-format.ts';
import type {FormatName} from '../compression/format-names.ts';
import {formatOf} from './formats.ts';

/** Gives unpackers, one for each format, which is opened when the first file of that format turns up. */
export function unpackersFor({engine, jobs}: Omit<EngineOptions, 'level'>): (name: FormatName) => Promise<Unpacker> {
	const opened = new Map<FormatName, Promise<Unpacker>>();

	const open = async (name: FormatName) => {
		const format = formatOf(name);
		return format.openUnpacker({engine: format.engines.find(one => one === engine), jobs});
	};

	return async name => {
		const unpacker = opened.get(name) ?? open(name);
		opened.set(name, unpacker);
		return unpacker;
	};
}
