/* What flags come to: numbers with their units and limits, and which of them go together. */
import assert from 'node:assert/strict';
import {availableParallelism} from 'node:os';
import {test} from 'node:test';
import {
	age,
	keptCount,
	reserve,
	seconds,
	wholeNumber,
} from '../../source/flags/values.ts';
import {
	copyFlags,
	lastingFlags,
	levelOf,
	type Options,
	parseOptions,
	selectFlags,
} from '../../source/flags/options.ts';
import {UsageError} from '../../source/flags/usage-error.ts';
import {localDate} from '../../source/text/format.ts';

const now = new Date('2026-03-14T12:00:00');

const parse = async (...args: readonly string[]): Promise<Options> => parseOptions(args, {LANG: 'C.UTF-8'}, now);

const assertRefused = async (...args: readonly string[]): Promise<void> => {
	await assert.rejects(parse(...args), UsageError, args.join(' '));
};

/** Without what depends on the machine. */
async function plainly(...args: readonly string[]): Promise<Partial<Options>> {
	const {origin: _origin, own: _own, whose: _whose, ...options} = await parse(...args);
	return options;
}

test('without flags, all is as it is documented', async () => {
	const options = await parse();
	assert.deepEqual([options.format, levelOf(options), options.jobs, options.lockWait, options.date], ['gzip', 6, availableParallelism(), 0, '2026-03-14']);
	assert.deepEqual([options.verify, options.spaceCheck, options.color], [true, true, true]);
	assert.deepEqual([options.reserve, options.engine, options.keep, options.host, options.filesFrom], [undefined, undefined, undefined, undefined, undefined]);
	const on = Object.entries(options).filter(([, value]) => value === true).map(([name]) => name);
	assert.deepEqual(on.toSorted(), ['color', 'hasColor', 'journal', 'spaceCheck', 'verify']);
	assert.deepEqual([options.source, options.destination], ['/var/log', '/var/log/backups']);
	assert.deepEqual(options.own, options.whose);
});

const oneYear = {
	years: 1, months: 0, days: 0, hours: 0,
};

/** Flags, and the option that each is. */
const flags: ReadonlyArray<readonly [args: readonly string[], changes: Partial<Options>]> = [
	[['--lock-wait', '600'], {lockWait: 600_000}],
	[['--lock-wait=604800'], {lockWait: 604_800_000}],
	[['--level', '1'], {level: 1}],
	[['--level', '9'], {level: 9}],
	[['--format', 'zstd'], {format: 'zstd'}],
	[['--format=zstd', '--level=19', '--engine=zstd'], {format: 'zstd', level: 19, engine: 'zstd'}],
	[['--jobs', '256'], {jobs: 256}],
	[['--engine', 'zlib'], {engine: 'zlib'}],
	[['--no-verify'], {verify: false}],
	[['--no-space-check'], {spaceCheck: false}],
	[['--no-journal'], {journal: false}],
	[['--full'], {full: true}],
	[['--verbose'], {verbose: true}],
	[['--date', '2020-02-29'], {date: '2020-02-29'}],
	[['-n'], {dryRun: true}],
	[['-y'], {yes: true}],
	[['-y', '-q'], {yes: true, quiet: true}],
	[['-ny', '--json'], {dryRun: true, yes: true, json: true}],
	[['-r', '--cross-file-systems', '--follow-symlinks'], {recursive: true, crossFileSystems: true, followSymlinks: true}],
	[['--include', 'a', '--include=-b', '--exclude', 'c'], {include: ['a', '-b'], exclude: ['c']}],
	[['--yes', '--files-from', '-', '--files-count', '0', '--files-listed', '5', '--ignore-missing'], {
		yes: true, filesFrom: '-', filesCount: 0, filesListed: 5, ignoreMissing: true,
	}],
	[['--yes', '--retry', '--ignore-missing'], {yes: true, retry: true, ignoreMissing: true}],
	[['--reserve', '5%'], {reserve: {fraction: 0.05}}],
	[['--keep-last', '3', '--keep-within', '1y'], {keepLast: 3, keepWithin: oneYear, keep: {last: 3, within: oneYear}}],
	[['--unattended'], {unattended: true}],
	[['--plain'], {plain: true}],
	[['--ascii', '--slow', '--screen-reader', '--no-color'], {
		ascii: true, slow: true, screenReader: true, color: false, isAscii: true, isSlow: true, hasColor: false,
	}],
	[['--host', 'web2'], {host: 'web2'}],
];

test('each flag sets its own option, and no other', async () => {
	const plain = await plainly();

	for (const [args, changes] of flags) {
		assert.deepEqual(await plainly(...args), {...plain, ...changes}, args.join(' '));
	}
});

test('numbers have limits, which are taken themselves', async () => {
	for (const [flag, least, most] of [['level', 1, 9], ['jobs', 1, 256], ['lock-wait', 0, 604_800]] as const) {
		await parse(`--${flag}=${least}`);
		await parse(`--${flag}=${most}`);

		for (const text of [least - 1, most + 1, '1.5', '1e0', 'x']) {
			await assertRefused(`--${flag}=${text}`);
		}
	}

	assert.deepEqual(['2', '3', '4', '5'].map(text => wholeNumber(3, 4).parse(text)), [undefined, 3, 4, undefined]);
	assert.deepEqual(['0', '600', '604800', '604801', '1.5'].map(text => seconds.parse(text)), [0, 600_000, 604_800_000, undefined, undefined]);
	assert.equal(seconds.spell(90_000), '90');
	assert.deepEqual(['0', '999999999', '1000000000', 'unlimited', '-1', ''].map(text => keptCount.parse(text)), [0, 999_999_999, undefined, Infinity, undefined, undefined]);
	assert.deepEqual([keptCount.spell(0), keptCount.spell(Infinity)], ['0', 'unlimited']);
	assert.deepEqual(['90s', '90m', '26h', '2d', '2w', '1.5h', '-1h', '2', '1234567d'].map(text => age.parse(text)), [90_000, 5_400_000, 93_600_000, 172_800_000, undefined, undefined, undefined, undefined, undefined]);
});

test('a reserve is a size in bytes, in units of a thousand or 1024, or a share below all', () => {
	const sizes: Readonly<Record<string, number>> = {
		0: 0, 5: 5, '5b': 5, '5K': 5e3, '5kB': 5e3, '1.5M': 1.5e6, '2G': 2e9, '1T': 1e12, '1KiB': 1024, '1Ki': 1024, '1mib': 1_048_576, '1GiB': 1_073_741_824, '1TiB': 1_099_511_627_776,
	};

	for (const [text, bytes] of Object.entries(sizes)) {
		assert.deepEqual(reserve.parse(text), {bytes}, text);
	}

	assert.deepEqual(['0%', '12.5%', '99%'].map(text => reserve.parse(text)), [{fraction: 0}, {fraction: 0.125}, {fraction: 0.99}]);
	assert.deepEqual([reserve.spell({bytes: 5}), reserve.spell({fraction: 0.5})], ['5', '50%']);

	for (const text of ['100%', '', 'x', '-5', '5 G', '5P', '5.G', '.5G', '5%%', '5Gi B']) {
		assert.equal(reserve.parse(text), undefined, text);
	}
});

test('flags that do not go together are refused', async () => {
	const combinations = [
		['--yes', '--files-from=-', '--include=a'],
		['--yes', '--files-from=-', '--exclude=a'],
		['--yes', '--files-from=-', '--recursive'],
		['--yes', '--files-count=1'],
		['--yes', '--files-listed=1'],
		['--yes', '--left-out={}'],
		['--yes', '--ignore-missing'],
		['--files-from=-'],
		['--retry'],
		['--json'],
		['--quiet'],
		['--yes', '--files-from=-', '--left-out=x'],
		['--engine=lz4'],
		['--format=lz4'],
		['--level=10'],
		['--format=zstd', '--level=20'],
		['--format=zstd', '--engine=zlib'],
		['--format=gzip', '--engine=zstd'],
		['--engine=zstd'],
		['--include={1..5000}'],
	];

	for (const args of combinations) {
		await assertRefused(...args);
	}

	for (const args of [['--retry', '-n'], ['--json', '-n'], ['--quiet', '-n'], ['--files-from=-', '-n'], ['--yes', '--retry', '--files-from=-', '--left-out={}']]) {
		assert.equal(levelOf(await parse(...args)), 6, args.join(' '));
	}
});

test('options come back by the flags that are handed on', async () => {
	const lasting = ['format', 'level', 'jobs', 'engine', 'full', 'verbose', 'verify', 'reserve', 'spaceCheck', 'lockWait', 'keep', 'date', 'source', 'destination', 'host', 'crossFileSystems'] as const;

	for (const args of [
		[],
		['--level=9', '--jobs=7', '--engine=libdeflate', '--full', '--verbose', '--no-verify', '--reserve=5%', '--no-space-check', '--lock-wait=90', '--keep-last=unlimited', '--keep-within=1y2m'],
		['--source=/usr', '--dest=/srv/b', '--host=web2', '--date=2020-01-01', '--reserve=0', '--cross-file-systems'],
		['--source=/usr', '--reserve=1.5G'],
		['--format=zstd'],
		['--format=zstd', '--level=19', '--engine=zstd'],
	]) {
		const options = await parse(...args);
		const again = await parse(...lastingFlags(options));

		for (const field of lasting) {
			assert.deepEqual(again[field], options[field], `${args.join(' ')}: ${field}`);
		}
	}

	assert.deepEqual(copyFlags(await parse()), []);
	assert.deepEqual(lastingFlags({...await parse(), date: localDate(new Date())}), []);
	const selecting = await parse('-r', '--cross-file-systems', '--include=a', '--exclude=-b');
	assert.deepEqual(selectFlags(selecting).toSorted(), ['--cross-file-systems', '--exclude=-b', '--include=a', '--recursive']);
	assert.deepEqual(selectFlags(await parse()), []);
});

test('rules for what is kept must keep something', async () => {
	const {keep} = await parse('--keep-daily=unlimited', '--keep-last=0');
	assert.deepEqual(keep, {last: 0, daily: Infinity});
	await assertRefused('--keep-last=0');
	await assertRefused('--keep-last=0', '--keep-daily=0', '--keep-weekly=0', '--keep-monthly=0', '--keep-yearly=0');
	await assertRefused('--keep-within=0d');
	await assertRefused('--keep-within=1w');
});
