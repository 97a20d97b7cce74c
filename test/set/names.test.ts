import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	isAlterable,
	isReserved,
	isSpareName,
	type NamingOptions,
	planNames,
	spareNames,
} from '../../source/set/names/names.ts';
import {
	directoryName,
	isDate,
	parseSetName,
	stagingName,
} from '../../source/set/names/set-names.ts';

const bytes = (text: string) => Buffer.from(text);

/** What each of some paths would be called, through gzip and as it is. */
function plan(paths: readonly string[], options: Omit<NamingOptions, 'format'> = {}): ReadonlyArray<readonly [compressed: string, asIs: string | undefined]> {
	const names = planNames(paths.map(path => bytes(path)), {format: 'gzip', ...options});
	return paths.map(path => {
		const {compressed, asIs} = names.of(bytes(path))!;
		return [compressed.toString(), asIs?.toString()];
	});
}

const shortened = /^.*~[\da-f]{16}\.gz$/v;

test('a copy is called as its source, with .gz unless it is compressed already', () => {
	assert.deepEqual(plan(['syslog', 'nginx/access.log', 'old.gz']), [['syslog.gz', 'syslog'], ['nginx/access.log.gz', 'nginx/access.log'], ['old.gz.gz', 'old.gz']]);
});

test('where two would meet, the plain name is that of the copy through gzip', () => {
	assert.deepEqual(plan(['a', 'a.gz']), [['a.gz', 'a'], ['a.gz.gz', undefined]]);
	assert.deepEqual(plan(['-']), [['-.gz', undefined]], 'standard input, to sha256sum');
});

test('the name of a directory, or one of the set\'s own, is no name for a copy', () => {
	const [[compressed, asIs]] = plan(['a', 'a.gz/b']) as [[string, string]];
	assert.match(compressed, /^a~[\da-f]{16}\.gz$/v);
	assert.equal(asIs, 'a');

	for (const own of ['SHA256SUMS', 'manifest.json', '.logbackup']) {
		assert.equal(isReserved(own), true);
		assert.equal(isReserved(`${own}/x`), true);
		assert.equal(isReserved(`x/${own}`), false);
		assert.deepEqual(plan([own]), [[`${own}.gz`, undefined]]);
		assert.match(plan([`${own}/a`])[0]![0], /^a~[\da-f]{16}\.gz$/v);
		assert.equal(plan([`${own}/a`])[0]![1], undefined);
		assert.deepEqual(plan([`x/${own}`]), [[`x/${own}.gz`, `x/${own}`]]);
	}

	assert.equal(isReserved('manifest.json.gz'), false);
});

test('nor is what some file system would take for one of these', () => {
	for (const name of ['sha256sums', 'MANIFEST.JSON', 'Manifest.json', '.LogBackup', 'manifest.json.', 'manifest.json ', 'manifest.json. .', 'man\u{200B}ifest.json', '\u{FF4D}anifest.json', '\u{17F}ha256sums', '\u{AD}manifest.json']) {
		assert.equal(plan([name])[0]![1], undefined, name);
		assert.match(plan([`${name}/a`])[0]![0], /^a~/v, name);
	}

	for (const name of ['manifest.json2', 'manifest', 'a.manifest.json', ' manifest.json', 'x']) {
		assert.equal(plan([name])[0]![1], name);
	}
});

test('a name that is too long is shortened, not in the middle of a character, and with a checksum of the whole path', () => {
	const long = 'x'.repeat(252);
	assert.deepEqual(plan([long]), [[`${long}.gz`, long]]);
	const longer = `${long}x`;
	const [[compressed, asIs]] = plan([longer]) as [[string, string]];
	assert.match(compressed, shortened);
	assert.equal(compressed.length, 255);
	assert.equal(asIs, longer);
	const accented = plan(['\u{E9}'.repeat(127)])[0]![0];
	assert.ok(!accented.includes('\u{FFFD}') && Buffer.byteLength(accented) <= 255 && Buffer.byteLength(accented) > 250);
	const binary = planNames([Buffer.alloc(255, 0xBF)], {format: 'gzip'});
	assert.equal(binary.of(Buffer.alloc(255, 0xBF))!.compressed.length, 255);
	assert.notEqual(plan([`a/${longer}`])[0]![0], plan([`b/${longer}`])[0]![0]);
	assert.equal(plan([`a/${longer}`])[0]![0].includes('/'), false, 'at the top of the set');
});

test('a path that other tools could not reach below a set is shortened', () => {
	const path = (length: number) => 'd/'.repeat(length).slice(0, length - 1) + 'f';
	const most = path(3069);
	assert.deepEqual(plan([most]), [[`${most}.gz`, most]]);
	assert.match(plan([path(3070)])[0]![0], shortened);
	assert.equal(plan([path(3072)])[0]![1], path(3072));
	assert.equal(plan([path(3073)])[0]![1], undefined);
});

test('what stands in a set keeps its name, and is no directory', () => {
	const occupied = {files: [bytes('a.gz'), bytes('b')], directories: [bytes('c.gz')]};
	const names = plan(['a', 'b', 'b/x', 'c', 'd'], {occupied});
	assert.match(names[0]![0], /^a~/v);
	assert.equal(names[0]![1], 'a');
	assert.deepEqual(names[1], ['b.gz', undefined]);
	assert.match(names[2]![0], /^x~/v);
	assert.equal(names[2]![1], undefined);
	assert.match(names[3]![0], /^c~/v);
	assert.deepEqual(names[4], ['d.gz', 'd']);
});

test('on a file system that alters names, those that it might get others', () => {
	for (const [path, is] of [['syslog', false], ['Syslog', true], ['caf\u{E9}', true], ['dot.', true], ['space ', true], ['dot./x', true], ['space /x', true], ['a.b c', false], ['x/Y', true]] as const) {
		assert.equal(isAlterable(bytes(path)), is, path);
		const [[compressed, asIs]] = plan([path], {isAltering: true}) as [[string, string | undefined]];
		assert.equal(compressed, is ? spareNames(bytes(path), 'gzip')[0]!.toString() : `${path}.gz`);
		assert.equal(asIs, is ? undefined : path);
	}
});

test('spare names are of characters that any file system holds, each another one', () => {
	const spares = spareNames(bytes('deep/Caf\u{E9} no. 1'), 'gzip').map(String);
	assert.equal(new Set(spares).size, 4);
	assert.match(spares[0]!, /^caf__\u{5F}no\.\u{5F}1~[\da-f]{16}\.gz$/v);
	assert.match(spares[1]!, /^caf__\u{5F}no\.\u{5F}1~[\da-f]{16}\.gz$/v);
	assert.match(spares[2]!, /^[\da-f]{8}\.gz$/v);
	assert.match(spares[3]!, /^[\da-f]{8}\.gz$/v);
	assert.notDeepEqual(spareNames(bytes('other/Caf\u{E9} no. 1'), 'gzip').map(String), spares);
	assert.match(spareNames(bytes('old.TAR.XZ'), 'as-is')[0]!.toString(), /^old\.tar~[\da-f]{16}\.xz$/v);
	assert.match(spareNames(bytes('old.xzzz'), 'as-is')[2]!.toString(), /^[\da-f]{8}\.xzz$/v);
	assert.match(spareNames(bytes('old.longer'), 'as-is')[0]!.toString(), /^old\.longer~[\da-f]{16}$/v);
	assert.match(spareNames(bytes('.hidden'), 'gzip')[0]!.toString(), /^_hidden~/v);
	assert.match(spareNames(bytes('-dash'), 'gzip')[0]!.toString(), /^_dash~/v);
	assert.match(spareNames(bytes('x'.repeat(60)), 'gzip')[0]!.toString(), /^x{48}~/v);
	// A run that goes on with what another one left must find the same ones.
	assert.deepEqual(spareNames(bytes('deep/A.XZ'), 'as-is').map(String), ['a~fe68312801f19cc2.xz', 'a~1d1498f3a7cb5a19.xz', '71ce7bd7.xz', '51015312.xz']);
	const path = bytes('deep/a');

	for (const spare of spareNames(path, 'gzip')) {
		assert.equal(isSpareName(spare, path, 'gzip'), true);
		assert.equal(isSpareName(bytes(`x/${spare.toString()}`), path, 'gzip'), false);
		assert.equal(isSpareName(spare, bytes('deep/b'), 'gzip'), false);
	}
});

test('a set is called by a day of the calendar, its staging by that with a dot and .partial', () => {
	for (const [text, is] of [['2026-03-14', true], ['2024-02-29', true], ['2026-02-29', false], ['2026-02-30', false], ['2026-13-01', false], ['2026-3-1', false], ['2026-03-14 ', false], ['x2026-03-14', false], ['0000-01-01', true], ['', false]] as const) {
		assert.equal(isDate(text), is, text);
		assert.deepEqual(parseSetName(text), is ? {date: text, isStaging: false} : undefined);
		assert.deepEqual(parseSetName(stagingName(text)), is ? {date: text, isStaging: true} : undefined);
	}

	for (const name of ['2026-03-14.partial', '.2026-03-14', '.2026-03-14.partial.old', 'x.2026-03-14.partial', '.2026-03-14.pruned']) {
		assert.equal(parseSetName(name), undefined, name);
	}

	assert.equal(directoryName({date: '2026-03-14', isStaging: true}), '.2026-03-14.partial');
	assert.equal(directoryName({date: '2026-03-14', isStaging: false}), '2026-03-14');
});
