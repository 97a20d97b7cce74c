/* What rclone is told, and what is made of what it says: with a stand-in for it. */
import assert from 'node:assert/strict';
import {test, type TestContext} from 'node:test';
import {chooseCheck} from '../../source/remote/far-check.ts';
import {claimHost} from '../../source/remote/claim-host.ts';
import {
	Rclone,
	RemoteError,
	TooLongError,
	type Transfer,
} from '../../source/remote/rclone.ts';
import {parseRemotePath} from '../../source/remote/remote-path.ts';
import {workName} from '../../source/set/names/names.ts';
import {fakeProgram, setPath} from '../support/fake-programs.ts';
import {Place} from '../support/set-fixtures.ts';

const {signal} = new AbortController();

/** @param cases What it does for its first argument, as cases of a shell; it notes its arguments in `calls`. */
async function open(t: TestContext, place: Place, cases: string, {at = 'nas:logs', version = '1.65.2'} = {}): Promise<Rclone> {
	await fakeProgram(t, place, 'rclone', `printf '%s\\n' "$*" >> '${place.at('calls')}'\ncase $1 in version) echo "rclone v${version}" ;; ${cases} esac`);
	return Rclone.open(parseRemotePath(at), {signal});
}

/** What it was called with, but for its version, and without what goes with every call. */
const callsOf = async (place: Place) => {
	const text = await place.read('calls');
	return text.split('\n').filter(line => line !== '' && !line.startsWith('version')).map(line => line.replace(/ --use-json-log .*$/v, ''));
};

test('an rclone that is too old is refused, and so is what is none', async t => {
	await using place = await Place.create();

	for (const version of ['1.60.0', '1.61.0', '1.100.0', '2.0.0']) {
		await open(t, place, '', {version});
	}

	for (const version of ['1.59.9', '0.99.0', 'x']) {
		await assert.rejects(open(t, place, '', {version}), RemoteError, version);
	}

	setPath(t, place.at('none'));
	await assert.rejects(Rclone.open(parseRemotePath('nas:'), {signal}), (error: unknown) => error instanceof RemoteError && error.remedy !== undefined);
});

test('a listing is read line by line; a directory that is not there is an empty one, and any other failure is told', async t => {
	await using place = await Place.create();
	const listing = [
		'[',
		'{"Path":"a/b.gz","Size":12,"IsDir":false},',
		'{"Path":"a","Size":-1,"IsDir":true},',
		'{"Path":"unknown"},',
		'{"Size":1},',
		'7',
		']',
	];
	const rclone = await open(t, place, String.raw`lsjson) printf '%s\n' ${listing.map(line => `'${line}'`).join(' ')} ;;`);
	assert.deepEqual(await rclone.list('web1', 2), [
		{path: 'a/b.gz', size: 12, isDirectory: false}, {path: 'a', size: -1, isDirectory: true}, {path: 'unknown', size: -1, isDirectory: false},
	]);
	await rclone.list('');
	assert.deepEqual(await callsOf(place), ['lsjson nas:logs/web1 --recursive --no-modtime --no-mimetype --max-depth=2', 'lsjson nas:logs --recursive --no-modtime --no-mimetype']);

	for (const code of [3, 4]) {
		const absent = await open(t, place, `*) echo part; exit ${code} ;;`);
		assert.equal(await absent.read('a'), undefined);
		assert.equal((await absent.readAll('', '/*')).length, 0);
		await absent.removeDirectory('a');
		await assert.rejects(absent.write('a', ''), RemoteError);
		await assert.rejects(absent.removeFile('a'), RemoteError);
	}

	const missing = await open(t, place, 'lsjson) exit 3 ;;');
	assert.deepEqual(await missing.list('web1'), []);
	const broken = await open(t, place, '*) echo "[{"; exit 0 ;;');
	await assert.rejects(broken.list(''), RemoteError);
	const failing = await open(t, place, '*) echo "[]"; echo "no route" >&2; exit 1 ;;');

	for (const call of [
		async () => failing.list(''),
		async () => failing.read('a'),
		async () => failing.readAll('', '/*'),
		async () => failing.removeDirectory('a'),
		async () => failing.features(),
		async () => failing.moveDirectory('a', 'b'),
	]) {
		await assert.rejects(call, (error: unknown) => error instanceof RemoteError && error.message.includes('no route') && error.message.includes('nas:logs'));
	}

	assert.equal(await failing.copyFileThere('a', 'b', () => undefined), false);
	assert.equal(await failing.copyThere('a', 'b', ['x'], () => undefined), false);
});

test('no more of a file is read than may be, and an empty one is none', async t => {
	await using place = await Place.create();
	const rclone = await open(t, place, 'cat) case $2 in */empty) ;; *) printf 12345 ;; esac ;;');
	assert.equal((await rclone.read('a', 5))?.toString(), '12345');
	await assert.rejects(rclone.read('a', 4), TooLongError);
	assert.equal(await rclone.read('empty'), undefined);
	await rclone.readAll('web1', '/*/x');
	assert.equal((await callsOf(place)).at(-1), 'cat nas:logs/web1 --include=/*/x --max-size=64k');
});

test('paths are put together below the place, at the top of a remote too', async t => {
	await using place = await Place.create();

	for (const [at, top, file] of [['nas:', 'nas:', 'nas:a'], ['nas:/', 'nas:/', 'nas:/a'], ['nas:x/y', 'nas:x/y', 'nas:x/y/a'], ['nas:/x', 'nas:/x', 'nas:/x/a']] as const) {
		const rclone = await open(t, place, 'cat) printf 1 ;; purge) ;;', {at});
		await rclone.read('a');
		await rclone.removeDirectory('');
		assert.deepEqual((await callsOf(place)).slice(-2), [`cat ${file}`, `purge ${top}`]);
	}
});

test('checksums are taken from lines that have one, and the rest is left out', async t => {
	await using place = await Place.create();
	const sum = 'ab'.repeat(32);
	const lines = [`${sum}  a b.gz`, `${sum.toUpperCase()}  upper`, `${' '.repeat(64)}  none`, 'ERROR  broken', `${sum} one-space`, `${'1'.repeat(16)}  short`, `${'1'.repeat(15)}  shorter`];
	const rclone = await open(t, place, String.raw`hashsum) cat > '${place.at('names')}'; printf '%s\n' ${lines.map(line => `'${line}'`).join(' ')}; echo "one is missing" >&2; exit 1 ;;`);
	const {sums, complaint} = await rclone.checksums('web1', ['a b.gz', 'c'], {hash: 'sha256', isRead: true, onTransfer: () => undefined});
	assert.deepEqual([...sums], [['a b.gz', sum], ['short', '1'.repeat(16)]]);
	assert.match(complaint, /one is missing/v);
	assert.equal(await place.read('names'), 'a b.gz\nc\n');
	await rclone.checksums('web1', [], {hash: 'md5', isRead: false, onTransfer: () => undefined});
	assert.deepEqual(await callsOf(place), ['hashsum sha256 nas:logs/web1 --files-from-raw=- --download', 'hashsum md5 nas:logs/web1 --files-from-raw=-']);
});

test('of what it says as it goes, failures are told once, without secrets, and bytes are passed on', async t => {
	await using place = await Place.create();
	const lines = [
		'{"level":"error","object":"a.gz","msg":"failed: https://user:hunter2@host/a.gz?X-Amz-Signature=hunter2 refused"}',
		'{"level":"error","msg":"Attempt 1/3 failed with 1 errors"}',
		'{"level":"error","object":"a.gz","msg":"failed: https://user:hunter2@host/a.gz?X-Amz-Signature=hunter2 refused"}',
		'{"level":"info","msg":"only said"}',
		'{"level":"notice","stats":{"bytes":7,"transferring":[{"name":"a.gz","bytes":3,"size":9},{"bytes":1},{"name":"b.gz"}]}}',
		'{"level":"notice","stats":{"bytes":"many"}}',
		'2026/03/14 01:02:03 CRITICAL : second',
		'',
		'third',
		'fourth',
	];
	const rclone = await open(t, place, String.raw`cat) printf 1; printf '%s\n' ${lines.map(line => `'${line}'`).join(' ')} >&2; exit 1 ;;`);
	const told: Transfer[] = [];
	const failure = await rclone.stream('a', async output => {
		await output[Symbol.asyncIterator]().next();
	}, transfer => {
		told.push(transfer);
	}).then(() => undefined).catch((error: unknown) => error as RemoteError);
	assert.ok(failure instanceof RemoteError);
	assert.ok(failure.message.endsWith(': a.gz: failed: https://host/a.gz refused; second; third'), failure.message);
	assert.deepEqual(told, [
		{bytes: 7, current: [{name: 'a.gz', bytes: 3, size: 9}, {name: 'b.gz', bytes: 0, size: 0}]}, {bytes: 0, current: []},
	]);
	const unknown = await open(t, place, '*) echo "didn\'t find section in config file" >&2; exit 3 ;;');
	await assert.rejects(unknown.features(), (error: unknown) => error instanceof RemoteError && error.remedy !== undefined);
});

test('what a remote can do is what it says it can', async t => {
	await using place = await Place.create();
	const read = async (json: string) => {
		const rclone = await open(t, place, `backend) echo '${json}' ;;`);
		return rclone.features();
	};

	assert.deepEqual(await read('{"Features":{"Copy":true,"DirMove":false},"Hashes":["sha256",1]}'), {canCopy: true, canMoveDirectory: false, hashes: ['sha256']});
	assert.deepEqual(await read('{"Features":{"Copy":false,"DirMove":true}}'), {canCopy: false, canMoveDirectory: true, hashes: []});
	assert.deepEqual(await read('nothing'), {canCopy: false, canMoveDirectory: false, hashes: []});
});

test('what is there is checked as it is wanted, as far as the remote has checksums', () => {
	const choose = (hashes: readonly string[], wanted?: 'download' | 'hash' | 'size') => chooseCheck({canCopy: false, canMoveDirectory: false, hashes}, wanted);
	assert.deepEqual([choose([]), choose(['md5', 'sha1']), choose(['md5', 'sha256'])], ['download', 'download', 'sha256']);
	assert.deepEqual([choose(['sha256'], 'download'), choose(['sha256'], 'size')], ['download', 'size']);
	assert.deepEqual([choose(['md5', 'sha1', 'sha256'], 'hash'), choose(['md5', 'sha1'], 'hash'), choose(['crc32', 'md5'], 'hash')], ['sha256', 'sha1', 'md5']);
	assert.throws(() => choose(['crc32'], 'hash'), RemoteError);
});

test('a host\'s directory is one machine\'s, and of two that begin at once neither has it', async t => {
	await using place = await Place.create();
	const [own, other] = ['a'.repeat(32), 'b'.repeat(32)] as const;
	const machine = {host: 'web1', machine: own, sources: ['/var/log']};

	/** @param lists What is listed, one call after the other. */
	const claim = async (lists: ReadonlyArray<readonly string[]>, whose: Parameters<typeof claimHost>[2] = machine, host = 'web1') => {
		await place.write('calls');
		await place.write('turn');

		for (const [index, names] of lists.entries()) {
			await place.write(`list-${index}`, names.map(name => `${JSON.stringify({Path: name, Size: 1})}\n`).join(''));
		}

		const rclone = await open(t, place, `lsjson) cat '${place.at()}'/list-$(wc -c < '${place.at('turn')}'); printf x >> '${place.at('turn')}' ;; rcat) cat > /dev/null ;; deletefile) ;;`);
		const failure = await claimHost(rclone, host, whose).then(() => undefined).catch((error: unknown) => error);
		const calls = await callsOf(place);
		return [failure instanceof RemoteError, calls.map(call => call.split(' ', 2).join(' '))];
	};

	const list = `lsjson nas:logs/web1/${workName}`;
	const write = `rcat nas:logs/web1/${workName}/${own}`;
	assert.deepEqual(await claim([['pushed.json', 'c'.repeat(31)], [own]]), [false, [list, write, list]]);
	assert.deepEqual(await claim([[own]]), [false, [list]]);
	assert.deepEqual(await claim([[own, other]]), [true, [list]]);
	assert.deepEqual(await claim([[], [own, other]]), [true, [list, write, list, `deletefile nas:logs/web1/${workName}/${own}`]]);
	// The operator has said whose it is.
	assert.deepEqual(await claim([], {host: 'web1', sources: []}), [false, []]);
	assert.deepEqual(await claim([], machine, 'web2'), [false, []]);
});
