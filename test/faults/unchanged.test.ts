import assert from 'node:assert/strict';
import {gunzipSync} from 'node:zlib';
import fs from 'node:fs/promises';
import {hostname} from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {Comparison} from '../../source/backup/compare.ts';
import {Directory} from '../../source/files/directory.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {PreviousSet} from '../../source/set/previous.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {patience} from '../support/environment.ts';
import {exists, until} from '../support/files.ts';
import {run, runProgram} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {
	assertSound,
	backUp,
	runArgs,
	setOf,
	type Site,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

type FileEvent = {readonly outcome: string; readonly notes: readonly string[]};

/** What became of each file. */
async function backUpOn(date: string, site: Site, ...args: string[]): Promise<Map<string, FileEvent>> {
	const {code, stdout, stderr} = await run(process.execPath, runArgs(site, ['--json', ...args], date), {env: site.env});
	assert.equal(code, 0, stderr + stdout);
	const events = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as FileEvent & {readonly message_type: string; readonly path: string});
	return new Map(events.filter(event => event.message_type === 'file').map(event => [event.path, event]));
}

const copied = async (site: Site, date: string, name: string) => gunzipSync(await fs.readFile(path.join(site.destination, date, `${name}.gz`))).toString();

/** Writes into a file and sets its modification back, as a restoration or an attacker does. */
async function changeUnseen(file: string, text: string): Promise<void> {
	const {atime, mtime, mtimeNs} = await fs.stat(file, {bigint: true});
	const handle = await fs.open(file, 'r+');
	await handle.write(text, 0);
	await handle.close();
	await fs.utimes(file, atime, mtime);
	assert.equal((await fs.stat(file, {bigint: true})).mtimeNs, mtimeNs, 'the times are as they were');
}

/** As many more small files as it takes for the threads that copy those. */
async function addMany(sandbox: Sandbox, count: number): Promise<void> {
	for (let index = 0; index < count; index++) {
		await sandbox.add(`many-${index}`, `line ${index}\n`);
	}
}

for (const [lane, others] of [['the ordinary way', 0], ['the small files\' threads', 100]] as const) {
	test(`what was written to under its name is read again, whatever its modification time says: ${lane}`, async () => {
		await using sandbox = await Sandbox.create();
		await addMany(sandbox, others);
		const names = ['same.log', 'edited.log', 'renamed.log', 'linked.log', 'twice.log'];

		for (const name of names) {
			await sandbox.add(name, `first of ${name}\n`);
		}

		const at = (name: string) => path.join(sandbox.source, name);
		await fs.link(at('twice.log'), path.join(sandbox.root, 'elsewhere'));
		await backUpOn('2026-03-01', sandbox, '--exclude', 'linked.log');
		await changeUnseen(at('edited.log'), 'other');
		await fs.rename(at('renamed.log'), at('renamed.log.1'));
		// A further name of a file that was written to: no renaming.
		await changeUnseen(at('twice.log'), 'other');
		await fs.rm(at('linked.log'));
		await fs.link(at('twice.log'), at('linked.log'));

		await using source = await Directory.open(sandbox.source);
		await using destination = await Directory.open(sandbox.destination);
		await using previous = await PreviousSet.openNewest(destination, {date: '2026-03-02', own: {host: hostname()}, today: '2026-03-02'});
		const now = ['same.log', 'edited.log', 'renamed.log.1', 'linked.log', 'twice.log'];
		const foreseen = await new Comparison(previous!).compare(source, now.map(name => readEntry(source, Buffer.from(name))!));
		const second = await backUpOn('2026-03-02', sandbox);
		assert.deepEqual(now.map(name => second.get(name)?.outcome), ['reused', 'done', 'reused', 'done', 'done']);
		assert.deepEqual(foreseen.map(earlier => earlier?.isUnchanged ?? false), now.map(name => second.get(name)?.outcome === 'reused'), 'the screens foretell it');
		assert.equal(await copied(sandbox, '2026-03-02', 'edited.log'), 'other of edited.log\n');
		assert.equal(await copied(sandbox, '2026-03-02', 'linked.log'), 'other of twice.log\n');

		// The new name is known by its own time, and nothing is read for ever.
		const third = await backUpOn('2026-03-03', sandbox);
		assert.deepEqual(now.map(name => third.get(name)?.outcome), now.map(() => 'reused'));
		await changeUnseen(at('renamed.log.1'), 'third');
		assert.equal((await backUpOn('2026-03-04', sandbox)).get('renamed.log.1')?.outcome, 'done');
		assert.equal((await runProgram(['verify', '--all', '--dest', sandbox.destination])).code, 0);
	});

	test(`what may have been written to again in the same moment is read again: ${lane}`, async t => {
		if (!await canMountOdd(t)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		const {mounted, unmount} = await mountOdd(t, sandbox.root, {GRAIN: '2'});
		await using _mounted = {[Symbol.asyncDispose]: unmount};
		const source = path.join(mounted, 'log');
		await fs.mkdir(source, {mode: 0o755});
		const site: Site = {
			...sandbox, source, destination: path.join(sandbox.root, 'sets'), env: sandbox.env, root: sandbox.root,
		};

		for (let index = 0; index < others; index++) {
			await fs.writeFile(path.join(source, `many-${index}`), '');
		}

		const file = path.join(source, 'busy.log');
		const times = async () => fs.stat(file, {bigint: true});
		let date = 1;
		let isSame = false;
		const giveUp = performance.now() + patience;

		// Until both are within two seconds, as the file system counts them, and the copy is of the first.
		for (let tries = 0; !isSame && tries < 20 && performance.now() < giveUp; tries++) {
			await fs.writeFile(file, '');
			const {mtimeNs} = await times();
			await until('two seconds to begin', async () => {
				await fs.writeFile(file, `one ${tries}\n`);
				return (await times()).mtimeNs !== mtimeNs;
			});
			const before = await times();
			const name = `2026-03-${String(++date).padStart(2, '0')}`;
			let hasEnded = false;
			const underWay = backUpOn(name, site).finally(() => {
				hasEnded = true;
			});
			await until('the copy', async () => hasEnded || exists(path.join(site.destination, `.${name}.partial`, 'busy.log.gz')));
			await fs.writeFile(file, `two ${tries}\n`);
			const after = await times();
			await underWay;
			isSame = before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && before.size === after.size
				&& (await copied(site, name, 'busy.log')).startsWith('one');
		}

		if (!isSame) {
			t.skip('this machine is too busy to write, copy and write again within two seconds');
			return;
		}

		const last = `2026-03-${String(++date).padStart(2, '0')}`;
		assert.equal((await backUpOn(last, site)).get('busy.log')?.outcome, 'done');
		assert.match(await copied(site, last, 'busy.log'), /^two/v);
	});

	test(`what is changed in place while it is read is read once more, and noted if that is no better: ${lane}`, async t => {
		if (!await canMountOdd(t)) {
			return;
		}

		for (const [renewals, notes] of [['1', []], ['99', ['changed']]] as const) {
			await using sandbox = await Sandbox.create();
			const {mounted, unmount} = await mountOdd(t, sandbox.root, {RENEW: renewals});
			await using _mounted = {[Symbol.asyncDispose]: unmount};
			const source = path.join(mounted, 'log');
			await fs.mkdir(source, {mode: 0o755});
			const site: Site = {
				...sandbox, source, destination: path.join(sandbox.root, 'sets'), env: sandbox.env, root: sandbox.root,
			};

			for (const name of ['wtmp.log', ...Array.from({length: others}, (_, index) => `many-${index}`)]) {
				await fs.writeFile(path.join(source, name), sampleLog(5000));
				await fs.utimes(path.join(source, name), 1e9, 1e9);
			}

			const found = await backUpOn('2026-03-01', site);
			assert.deepEqual(found.get('wtmp.log')?.notes, notes);
			assert.equal(await copied(site, '2026-03-01', 'wtmp.log'), sampleLog(5000).toString());
			const {stdout} = await run(process.execPath, runArgs(site, [], '2026-03-02'), {env: site.env});
			assert.equal(stdout.includes('Note: wtmp.log was changed'), renewals === '99');
		}
	});
}

test('a copy is taken over from an interrupted run only if nothing was done to its source since, its mode and owner included', async () => {
	await using sandbox = await Sandbox.create();
	const names = ['left.log', 'private.log', 'edited.log', 'touched.log'];

	for (const name of names) {
		await sandbox.add(name, `first of ${name}\n`);
	}

	const at = (name: string) => path.join(sandbox.source, name);
	const held = await HeldRun.start(sandbox, [], {jobs: 2});
	await held.copies(names.length);
	await held.kill('SIGKILL');
	await fs.chmod(at('private.log'), 0o600);
	await changeUnseen(at('edited.log'), 'other');
	// As it was, but for its ctime.
	await fs.chmod(at('touched.log'), 0o600);
	await fs.chmod(at('touched.log'), 0o640);
	await fs.truncate(at(heldName), 10);

	const {code, stdout, stderr} = await backUp(sandbox, ['--json']);
	assert.equal(code, 0, stderr);
	const resumed = stdout.split('\n').filter(line => line.includes('"resumed":true'));
	assert.deepEqual(resumed.map(line => (JSON.parse(line) as {readonly path: string}).path), ['left.log']);
	assert.equal((await fs.stat(path.join(setOf(sandbox), 'private.log.gz'))).mode & 0o777, 0o600);
	assert.equal(await copied(sandbox, someDate, 'edited.log'), 'other of edited.log\n');
	await assertSound(sandbox);
});

test('a file from the future is read again each time', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('future.log', 'one\n', {age: -86_400});
	await sandbox.add('past.log', 'one\n');
	await backUpOn('2026-03-01', sandbox);
	const second = await backUpOn('2026-03-02', sandbox);
	assert.deepEqual([second.get('future.log')?.outcome, second.get('past.log')?.outcome], ['done', 'reused']);
	const manifest = await fs.readFile(path.join(sandbox.destination, '2026-03-02', 'manifest.json'), 'utf8');
	assert.match(manifest, /"path":"future\.log".*"racy":true/v);
	assert.match(manifest, /"path":"past\.log".*"gid":\d+\}/v);
});

test('a manifest that tells no ctime is used as ever', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'one\n');
	await backUpOn('2026-03-01', sandbox);
	const set = path.join(sandbox.destination, '2026-03-01');
	const manifest = path.join(set, 'manifest.json');
	await fs.writeFile(manifest, (await fs.readFile(manifest, 'utf8')).replace(/,"ctime_ns":"\d+"/v, ''));
	await run('bash', ['-c', 'sed -i "/manifest.json/d" SHA256SUMS && sha256sum manifest.json >> SHA256SUMS'], {cwd: set});
	assert.equal((await backUpOn('2026-03-02', sandbox)).get('a.log')?.outcome, 'reused');
	await changeUnseen(path.join(sandbox.source, 'a.log'), 'two');
	assert.equal((await backUpOn('2026-03-03', sandbox)).get('a.log')?.outcome, 'done', 'it was noted when it was linked');
});
