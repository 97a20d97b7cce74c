import fc from 'fast-check';
import type {ValueFlag} from '../../source/flags/flag.ts';

const number = (minimum: number, maximum: number) => fc.integer({min: minimum, max: maximum}).map(String);
const word = fc.string({minLength: 1, unit: 'grapheme'}).filter(text => !text.includes('\0') && text.isWellFormed() && !text.includes('\u{FFFD}'));

/** Values of each flag that takes one. */
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
	source: word,
	dest: word,
	host: word,
	include: fc.constantFrom('*.log', '{a,b}', 'a b', '-x', '=', '\'', '--', 'true'),
	exclude: fc.constantFrom('*.gz', 'nginx/', '/top', '-', '"'),
	'files-from': word,
	'files-count': number(0, 1e9),
	'files-listed': number(0, Number.MAX_SAFE_INTEGER),
	'left-out': fc.constantFrom('{"socket":{"count":1,"paths":[{"path":"dev-log"}]}}'),
	date: fc.constantFrom('2026-03-13', '2024-02-29'),
	format: fc.constantFrom('gzip', 'zstd'),
	level: number(1, 9),
	reserve: fc.constantFrom('0', '500M', '2GiB', '5%', '0.5%'),
	'lock-wait': number(0, 604_800),
	engine: fc.constantFrom('zlib', 'libdeflate'),
	jobs: number(1, 256),
	'keep-last': fc.constantFrom('1', '7', 'unlimited'),
	'keep-daily': fc.constantFrom('0', '7'),
	'keep-weekly': number(0, 999_999_999),
	'keep-monthly': fc.constantFrom('12'),
	'keep-yearly': fc.constantFrom('unlimited'),
	nice: number(0, 19),
	textfile: word,
	'push-to': fc.constantFrom('nas:backups/logs', 's3:', 'my nas:/srv/logs'),
	'journal-dir': word,
	'keep-within': fc.constantFrom('30d', '1y6m', '12h'),
};

/** Texts that a flag takes. One that is forgotten here is told. */
export function anyValue(name: string, {isPath}: ValueFlag): fc.Arbitrary<string> {
	const found = values[name];

	if (!found) {
		throw new Error(`no values for --${name} in test/flags/flag-values.ts`);
	}

	return isPath ? found.map(text => `/${text}`) : found;
}
