/* What is sent, copied, looked at and got, call by call: sets that no run made, and a stand-in for rclone whose remote is a directory. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test, type TestContext} from 'node:test';
import {planRemotePrune, pruneRemote} from '../../source/remote/prune-remote.ts';
import {encodeMarker, markerName, removalName} from '../../source/remote/marker.ts';
import {Rclone} from '../../source/remote/rclone.ts';
import {listHost, listHosts} from '../../source/remote/remote-listing.ts';
import {parseRemotePath} from '../../source/remote/remote-path.ts';
import type {ManifestHead} from '../../source/set/manifest/manifest-head.ts';
import type {CopyRecord, Manifest} from '../../source/set/manifest/manifest.ts';
import {exists} from '../support/files.ts';
import {standInForRclone} from '../support/rclone-stand-in.ts';
import {contentOf, host, RemoteEngine} from '../support/remote-engine.ts';
import {
	copyOf,
	makeSet,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const days = ['2026-03-13', '2026-03-14', '2026-03-15'] as const;
const [first, second, third] = days;
const own = {uid: process.getuid!(), gid: process.getgid!()};
const {signal} = new AbortController();

/** What a marker says of a set. */
const head: ManifestHead = {
	version: '1.0.0', host, source: '/var/log', engine: 'zlib', started: new Date(`${first}T01:00:00Z`), finished: new Date(`${first}T01:02:00Z`),
	filesDone: 1, filesFailed: 0, filesVanished: 0, bytesIn: 30, bytesOut: 20,
};

/** The record of a copy that is this user's. */
const owned = (name: string, changes: Partial<CopyRecord> = {}): CopyRecord => {
	const record = recordOf(name, changes);
	return {...record, source: {...record.source, ...own}};
};

const sizeOf = (...names: readonly string[]): number => names.reduce((sum, name) => sum + copyOf(name).length, 0);

/** Sets, and a remote for them. */
class Store implements AsyncDisposable {
	static async open(t: TestContext): Promise<Store> {
		const place = await Place.create();
		await standInForRclone(t, place);
		return new Store(place);
	}

	readonly engine = new RemoteEngine('nas:logs');
	readonly place: Place;

	private constructor(place: Place) {
		this.place = place;
	}

	get here(): string {
		return this.place.at('here');
	}

	/** What the remote has of a name, relative to the host's directory. */
	there(...names: readonly string[]): string {
		return this.place.at('nas', 'logs', host, ...names);
	}

	/** Makes a set anew. */
	async make(date: string, names: ReadonlyArray<CopyRecord | string>, changes: Partial<Manifest> = {}): Promise<void> {
		await fs.mkdir(this.here, {recursive: true, mode: 0o700});
		await fs.rm(path.join(this.here, date), {recursive: true, force: true});
		await makeSet(this.place, path.join('here', date), names.map(name => typeof name === 'string' ? owned(name) : name), {
			started: `${date}T01:00:00.000Z`, finished: `${date}T01:02:00.000Z`, ...changes,
		});
	}

	/** First arguments of the calls since the last time. */
	async calls(): Promise<readonly string[]> {
		const text = await this.place.read('calls');
		await this.place.write('calls');
		return text.split('\n').filter(line => line !== '').map(line => line.split(' ', 1)[0]!);
	}

	async push(options?: Parameters<RemoteEngine['push']>[1]) {
		const {events, result} = await this.engine.push(this.here, options);
		const {pushed, present, failed, findings} = result;
		return {
			result: {
				pushed, present, failed, findings,
			},
			sets: events.filter(event => event.message_type === 'set_pushed').map(({date, files, bytes_copied: copied, bytes_resumed: resumed, completed, checked}) => ({
				date, files, copied, resumed, completed, checked,
			})),
			findings: events.filter(event => event.message_type === 'finding').map(({date, file}) => `${date}/${file}`),
			errors: events.filter(event => event.message_type === 'error').map(({error}) => error),
			events,
		};
	}

	async rclone(): Promise<Rclone> {
		return Rclone.open(parseRemotePath('nas:logs'), {signal});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.place[Symbol.asyncDispose]();
	}
}

const sharesCopies = 'backend) usual "$@" | sed \'s/"Copy":false/"Copy":true/\' ;;';

test('sets that are pushed come back as they are here, with modes and times; and those that are there or here are neither sent nor got again', async t => {
	await using store = await Store.open(t);
	const {engine, here, place} = store;
	await store.make(first, ['syslog', 'kern.log']);
	const stricter = owned('kern.log', {reusedFrom: first, source: {...owned('kern.log').source, mode: '0600'}});
	await store.make(second, [owned('syslog', {reusedFrom: first}), 'auth.log', stricter], {missing: [{path: Buffer.from('gone'), outcome: 'failed'}]});
	const {result, sets, events} = await store.push();
	assert.deepEqual(result, {
		pushed: 2, present: 0, failed: 0, findings: 0,
	});
	assert.deepEqual(sets.map(({date, files, resumed, completed}) => ({
		date, files, resumed, completed,
	})), [[first, 2], [second, 3]].map(([date, files]) => ({
		date, files, resumed: 0, completed: false,
	})));
	assert.deepEqual(events.filter(event => event.message_type === 'set_pushed').map(({state}) => state), ['complete', 'partial']);
	assert.deepEqual(await contentOf(store.there(second)), new Map([...await contentOf(path.join(here, second)), [markerName, await fs.readFile(store.there(second, markerName), 'base64')]]));
	assert.deepEqual((await store.push()).result, {
		pushed: 0, present: 2, failed: 0, findings: 0,
	});

	const back = place.at('back');
	const got = await engine.fetch(back);
	assert.deepEqual(got.events.filter(event => event.message_type === 'set_fetched').map(({date, state, bytes_linked: linked, bytes_received: received}) => ({
		date, state, linked, received,
	})), [
		{
			date: first, state: 'complete', linked: 0, received: sizeOf('syslog', 'kern.log'),
		},
		{
			date: second, state: 'partial', linked: sizeOf('syslog'), received: sizeOf('auth.log', 'kern.log'),
		},
	]);

	for (const date of [first, second]) {
		assert.deepEqual(await contentOf(path.join(back, date)), await contentOf(path.join(here, date)));
		assert.equal((await fs.stat(path.join(back, date))).mode & 0o7777, 0o700);
	}

	// A link would have the mode of what it is a link to.
	for (const [file, links, expected] of [
		[`${first}/syslog.gz`, 2n, 0o640n],
		[`${first}/kern.log.gz`, 1n, 0o640n],
		[`${second}/syslog.gz`, 2n, 0o640n],
		[`${second}/auth.log.gz`, 1n, 0o640n],
		[`${second}/kern.log.gz`, 1n, 0o600n],
	] as const) {
		const {mode, mtimeNs, nlink} = await fs.stat(path.join(back, file), {bigint: true});
		assert.deepEqual({
			file, mode: mode & 0o7777n, mtimeNs, nlink,
		}, {
			file, mode: expected, mtimeNs: BigInt(owned('').source.mtime_ns), nlink: links,
		});
	}
});

test('what is damaged there is told by a push that looks and by a fetch, and costs its set alone', async t => {
	await using store = await Store.open(t);
	const {engine, place} = store;
	await store.make(first, ['syslog', 'kern.log']);
	await store.make(second, ['auth.log']);
	assert.deepEqual((await store.push({check: 'size'})).sets.map(({checked}) => checked), ['size', 'size']);
	assert.deepEqual(await engine.list(), {finished: [first, second], unfinished: []});
	const copy = store.there(first, 'syslog.gz');
	const sound = await fs.readFile(copy);
	await fs.writeFile(copy, sound.map((byte, index) => index === 20 ? byte ^ 1 : byte));

	for (const [check, found] of [['size', []], ['hash', [`${first}/syslog.gz`]], ['download', [`${first}/syslog.gz`]]] as const) {
		const {result, findings, events} = await store.push({check});
		assert.deepEqual({result, findings}, {
			result: {
				pushed: 0, present: 2, failed: 0, findings: found.length,
			}, findings: found,
		}, check);
		assert.deepEqual(events.filter(event => event.message_type === 'set_checked').map(event => event.findings), [found.length, 0]);
	}

	const back = place.at('back');
	const {result, events} = await engine.fetch(back);
	assert.deepEqual([result.fetched, result.failed, result.findings], [1, 1, 1]);
	assert.deepEqual(events.filter(event => event.message_type === 'finding').map(({date, file}) => `${date}/${file}`), [`${first}/syslog.gz`]);
	assert.deepEqual(events.filter(event => event.message_type === 'error').map(({date}) => date), [first]);
	assert.equal(await exists(path.join(back, first)), false);
	assert.ok(await exists(path.join(back, second)));

	// What was whole is not got again.
	await fs.writeFile(copy, sound);
	const again = await engine.fetch(back);
	assert.deepEqual(again.events.filter(event => event.message_type === 'set_fetched').map(({date, bytes_received: received, bytes_resumed: resumed}) => ({date, received, resumed})), [
		{date: first, received: sizeOf('syslog'), resumed: sizeOf('kern.log')},
	]);
	assert.deepEqual([again.result.present, again.result.failed], [1, 0]);
	assert.deepEqual(await contentOf(path.join(back, first)), await contentOf(path.join(store.here, first)));
	await fs.truncate(copy, 30);
	assert.deepEqual((await store.push({check: 'size'})).findings, [`${first}/syslog.gz`]);
	await fs.rm(copy);
	assert.deepEqual((await store.push({check: 'size'})).findings, [`${first}/syslog.gz`]);
});

test('a set that was added to is added to there; another one of its date is refused, and nothing of it is touched', async t => {
	await using store = await Store.open(t);
	await store.make(first, ['syslog']);
	await store.push();
	await store.make(first, ['syslog', 'kern.log']);
	const {result, sets, events} = await store.push();
	assert.equal(result.pushed, 1);
	assert.deepEqual(sets, [{
		date: first, files: 2, copied: 0, resumed: 0, completed: true, checked: 'sha256',
	}]);
	const descriptions = await Promise.all(['manifest.json', 'SHA256SUMS'].map(async name => fs.stat(path.join(store.here, first, name))));
	assert.deepEqual(events.filter(event => event.message_type === 'set_pushed').map(({bytes_sent: sent}) => sent), [sizeOf('kern.log') + descriptions.reduce((sum, {size}) => sum + size, 0)]);
	assert.deepEqual((await store.engine.list()).finished, [first]);
	const before = await contentOf(store.there(first));

	for (const [names, changes] of [[['auth.log'], {}], [['syslog', 'kern.log'], {source: '/srv/log'}], [['syslog', 'kern.log'], {machine: 'bbbbbbbbbbbb'}]] as const) {
		await store.make(first, names, changes);
		const refused = await store.push();
		assert.deepEqual([refused.result.pushed, refused.result.failed], [0, 1]);
		assert.ok(refused.errors.every(({remedy}) => remedy !== undefined));
		assert.deepEqual(await contentOf(store.there(first)), before);
	}
});

test('what an interrupted push has sent is not sent again, and what it left that belongs to no set is removed', async t => {
	await using store = await Store.open(t);
	await store.make(first, ['syslog', 'kern.log']);
	await standInForRclone(t, store.place, 'hashsum) echo "no route" >&2; exit 1 ;;');
	const {result, errors} = await store.push();
	assert.deepEqual([result.pushed, result.failed, errors.length], [0, 1, 1]);
	assert.deepEqual(await store.engine.list(), {finished: [], unfinished: []});
	const staging = (await fs.readdir(store.there())).find(name => name.endsWith('.partial'));
	await fs.writeFile(store.there(staging!, 'left'), 'x');
	await fs.truncate(store.there(staging!, 'kern.log.gz'), 7);
	await standInForRclone(t, store.place);
	await store.calls();
	const {sets} = await store.push();
	assert.deepEqual(sets, [{
		date: first, files: 2, copied: 0, resumed: sizeOf('syslog'), completed: false, checked: 'sha256',
	}]);
	assert.deepEqual((await store.calls()).filter(name => name === 'hashsum'), ['hashsum']);
	assert.deepEqual((await fs.readdir(store.there())).filter(name => !name.startsWith('.logbackup')), [first]);
	assert.equal(await exists(store.there(first, 'left')), false);
});

test('what another set there has is copied by the remote, under another name too; what fails of that is sent', async t => {
	await using store = await Store.open(t);
	const {place} = store;
	await standInForRclone(t, store.place, sharesCopies);
	await store.make(first, ['syslog', 'kern.log', 'auth.log']);
	await store.push();
	await store.make(second, [owned('syslog', {reusedFrom: first}), 'mail.log', owned('kern.log', {file: Buffer.from('kern.log.1.gz')})]);
	await store.calls();
	const {sets} = await store.push();
	assert.deepEqual(sets.map(({copied}) => copied), [sizeOf('syslog', 'kern.log')]);
	assert.deepEqual((await store.calls()).filter(name => name.startsWith('copy')).toSorted(), ['copy', 'copy', 'copyto']);

	// Of two sets that are asked, the second alone copies.
	await standInForRclone(t, place, `${sharesCopies} copyto) exit 1 ;;`);
	await store.make(third, [owned('auth.log', {reusedFrom: first}), owned('mail.log', {reusedFrom: second, file: Buffer.from('mail.log.1.gz')})]);
	await store.calls();
	const mixed = await store.push();
	assert.deepEqual(mixed.sets.map(({copied}) => copied), [sizeOf('auth.log')]);
	assert.deepEqual((await store.calls()).filter(name => name === 'hashsum'), ['hashsum']);
	const back = place.at('back');
	await store.engine.fetch(back);

	for (const day of days) {
		assert.deepEqual(await contentOf(path.join(back, day)), await contentOf(path.join(store.here, day)));
	}
});

test('a policy removes sets of each host, the oldest first, and what makes one before its copies; what fails is told, and taken up', async t => {
	await using store = await Store.open(t);
	const {place} = store;

	for (const [directory, date] of [...days.map(day => [host, day]), ['web2', third]] as const) {
		const marker = encodeMarker({
			host: directory, date, head, manifestSum: 'a'.repeat(64), checksumsSum: 'b'.repeat(64), pushed: head.finished, checked: 'sha256',
		});
		await place.write(path.join('nas', 'logs', directory, date, 'syslog.gz'));
		await place.write(path.join('nas', 'logs', directory, date, markerName), marker);
	}

	await standInForRclone(t, store.place, `purge) case "$*" in *${second}*) exit 1 ;; *) usual "$@" ;; esac ;;`);
	const rclone = await store.rclone();
	const sets = await listHosts(rclone);
	const plans = planRemotePrune(sets, {last: 1}, third);
	assert.deepEqual(plans.map(({host: name, plan}) => [name, plan.kept.map(({overview}) => overview.date), plan.removed.map(({overview, bytesFreed}) => [overview.date, bytesFreed])]), [
		[host, [third], [[second, head.bytesOut], [first, head.bytesOut]]],
		['web2', [third], []],
	]);
	await place.write('calls');
	const pruned = await pruneRemote(rclone, sets, plans, signal);
	assert.deepEqual([pruned.removed.map(({overview}) => overview.date), pruned.failed.map(({date}) => date), pruned.left], [[first], [second], 0]);
	const calls = (await place.read('calls')).split('\n').filter(line => line.startsWith('purge'));
	assert.deepEqual(calls.map(line => line.split(' ', 2)[1]), [first, second].map(date => `nas:logs/${host}/${date}`));
	assert.deepEqual((await fs.readdir(store.there())).filter(name => !name.startsWith('.')), [second, third]);
	assert.deepEqual(await fs.readdir(store.there(second, '.logbackup')), [path.basename(removalName)]);
	assert.deepEqual((await store.engine.list()).finished, [third, third]);

	// What was begun is ended, and nothing else that is no set: somebody may be sending that.
	await standInForRclone(t, store.place);
	await fs.mkdir(store.there('2026-03-12'));
	await pruneRemote(rclone, await listHosts(rclone), [], signal);
	assert.deepEqual((await fs.readdir(store.there())).filter(name => !name.startsWith('.')), ['2026-03-12', third]);
	const {sets: left, directories} = await listHost(rclone, host);
	assert.deepEqual(left.map(({date, marker: found}) => [date, found !== undefined]), [['2026-03-12', false], [third, true]]);
	assert.ok(directories.has(third));

	// Once it is stopped, nothing more is begun.
	const stopped = AbortSignal.abort(new Error('stopped'));
	assert.deepEqual(await pruneRemote(rclone, [], planRemotePrune(sets, {last: 1}, third), stopped), {removed: [], failed: [], left: 2});
	assert.ok(await exists(store.there(third)));
});
