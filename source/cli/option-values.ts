import {type EngineName, engineNames} from '../gzip/choose-engine.ts';
import type {Reserve} from '../set/space.ts';
import type {LeftOut} from '../files/left-out.ts';
import {parseJson} from '../set/manifest/json.ts';
import {decodeLeftOut} from '../set/manifest/left-out-fields.ts';
import {UsageError} from './flags.ts';

/** @throws {UsageError} If the value of `--engine` is none. */
export function parseEngine(text: string | undefined): EngineName | undefined {
	const name = engineNames.find(engine => engine === text);

	if (text !== undefined && !name) {
		throw new UsageError(`--engine takes ${engineNames.join(' or ')}, not ${text}`);
	}

	return name;
}

/** @throws {UsageError} If the value of `--left-out` is not what a manifest says of it. */
export function parseLeftOut(text: string | undefined): LeftOut | undefined {
	const decoded = text === undefined ? undefined : decodeLeftOut(parseJson(text));

	if (text !== undefined && !decoded) {
		throw new UsageError('--left-out takes JSON such as {"socket":{"count":1,"paths":[{"path":"dev-log"}]}}');
	}

	return decoded;
}

const sizeUnits: Readonly<Record<string, number>> = {
	'': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, KI: 2 ** 10, MI: 2 ** 20, GI: 2 ** 30, TI: 2 ** 40,
};

/** @throws {UsageError} If the value of `--reserve` is neither a size nor a share below all. */
export function parseReserve(text: string | undefined): Reserve | undefined {
	if (text === undefined) {
		return undefined;
	}

	const {number, unit} = /^(?<number>\d+(?:\.\d+)?)(?<unit>%|(?:[gkmt]i?)?b?)$/iv.exec(text)?.groups ?? {};
	const value = Number(number);

	if (number === undefined || unit === undefined || (unit === '%' && value >= 100)) {
		throw new UsageError(`--reserve takes a size (500M, 2G) or a share of the file system (5%), not ${text}`);
	}

	return unit === '%' ? {fraction: value / 100} : {bytes: value * sizeUnits[unit.toUpperCase().replace('B', '')]!};
}
