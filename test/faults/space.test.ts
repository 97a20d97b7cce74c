import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import {describe, test} from 'node:test';
import {countedBlockSize, readSpace} from '../../source/set/space.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {type Argument, program, run} from '../support/run.ts';
import {HeldRun} from '../support/held-run.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	judge,
	namesIn,
	runArgs,
	type Site,
	siteAt,
} from '../support/site.ts';
import {Volume, type VolumeKind} from '../support/volume.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

const megabyte = 1_000_000;

/** A source that does not shrink: its size is what it takes. */
async function addIncompressible(sandbox: Sandbox, sizes: readonly number[]): Promise<void> {
	for (const [index, size] of sizes.entries()) {
		await sandbox.add(`noise-${index}.log`, randomBytes(size));
	}
}

/** Nothing published, nothing left, and all the space given back that was there before. */
async function assertGivenBack(site: Site, volume: Volume, freeBefore: number): Promise<void> {
	assert.deepEqual(await namesIn(site.destination), []);
	const free = await volume.free();
	// The directory, the lock file, and the file system's own bookkeeping.
	assert.ok(free >= freeBefore - 200_000, `${free} bytes free, and ${freeBefore} before`);
}

const kinds: readonly VolumeKind[] = ['tmpfs', 'ext4'];
const tools: Readonly<Record<VolumeKind, readonly string[]>> = {tmpfs: ['root', 'mount'], ext4: ['root', 'mount', 'mkfs.ext4', 'losetup']};

describe('a small disk', {concurrency: 3}, () => {
	for (const kind of kinds) {
		test(`${kind}: a disk that is full in the middle ends the run with 14, gives its space back and publishes nothing`, async t => {
			if (!await canDo(t, ...tools[kind])) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await using volume = await Volume.create(sandbox, kind, 16);
			await addIncompressible(sandbox, [3 * megabyte, 4 * megabyte, 20 * megabyte]);
			const site = siteAt(sandbox, volume.destination);
			const freeBefore = await volume.free();
			const {stderr, stdout} = await backUp(site, ['--no-space-check'], {code: 14});
			assert.match(stderr, /ENOSPC/v);
			assert.doesNotMatch(`${stdout}${stderr}`, /completed|kept for the next run/v);
			await assertGivenBack(site, volume, freeBefore);

			// With room made, the next run has nothing to suffer from.
			await fs.truncate(`${sandbox.source}/noise-2.log`, megabyte);
			const next = await backUp(site);
			assert.equal(next.code, 0, next.stderr);
			await assertSound(site);
		});

		test(`${kind}: a run is refused when it would not fit, with what is needed and what is free, and writes nothing`, async t => {
			if (!await canDo(t, ...tools[kind])) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await using volume = await Volume.create(sandbox, kind, 16);
			await addIncompressible(sandbox, [20 * megabyte]);
			const site = siteAt(sandbox, volume.destination);
			const freeBefore = await volume.free();
			const {stderr} = await backUp(site, [], {code: 14});
			assert.match(stderr, /needs about 20\.0 MB; \d\d\.\d MB are free.+--reserve.+\n.+--no-space-check/v);
			await assertGivenBack(site, volume, freeBefore);
		});

		test(`${kind}: a disk that somebody else fills in the middle stops the run before its reserve is used`, async t => {
			if (!await canDo(t, ...tools[kind], 'fallocate')) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await using volume = await Volume.create(sandbox, kind, 64);
			await addIncompressible(sandbox, [megabyte, megabyte]);
			const site = siteAt(sandbox, volume.destination);
			const held = await HeldRun.start(site, ['--reserve=16M'], {jobs: 2});
			await held.copies(2);
			await volume.fill(4 * megabyte);
			const {stderr} = await held.end(14);
			assert.match(stderr, /stopped before the destination is full: .+ are free, and 16\.0 MB must stay free/v);
			assert.doesNotMatch(stderr, /kept for the next run/v);
			assert.deepEqual(await namesIn(site.destination), []);
			assert.ok(await volume.free() > 4 * megabyte, 'the run gave back what it had used');
		});
	}

	test('--reserve moves the line, in bytes and as a share; --no-space-check takes it away', async t => {
		if (!await canDo(t, 'root', 'mount')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using volume = await Volume.create(sandbox, 'tmpfs', 16);
		await addIncompressible(sandbox, [4 * megabyte]);
		const site = siteAt(sandbox, volume.destination);

		for (const reserve of ['14M', '90%', '1G']) {
			const {stderr} = await backUp(site, [`--reserve=${reserve}`], {code: 14});
			assert.match(stderr, /not enough space/v);
		}

		for (const flags of [['--reserve=10M'], ['--reserve=50%'], ['--reserve=0'], ['--reserve=14M', '--no-space-check'], []]) {
			const {code, stderr} = await backUp(site, flags);
			assert.equal(code, 0, `${flags.join(' ')}: ${stderr}`);
			assert.deepEqual((await judge(site)).sets[someDate]?.done, ['noise-0.log']);
			await fs.rm(`${site.destination}/${someDate}`, {recursive: true});
		}
	});

	test('no inodes left, with space free: looked at before the start, watched, part of the reserve, and called so', async t => {
		if (!await canDo(t, ...tools.ext4)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		// Of which ext4 keeps 11 itself.
		await using volume = await Volume.create(sandbox, 'ext4', 64, ['-N', '128']);
		const site = siteAt(sandbox, volume.destination);

		for (let index = 0; index < 300; index++) {
			await sandbox.add(`${index}.log`, `${index}\n`);
		}

		const refused = await backUp(site, [], {code: 14});
		assert.match(refused.stderr, /inodes/v);
		assert.deepEqual(await namesIn(site.destination), []);

		for (const flags of [['--no-space-check'], ['--no-space-check', '--jobs=1']]) {
			const {stderr} = await backUp(site, flags, {code: 14});
			assert.match(stderr, /inodes/v);
			assert.deepEqual(await namesIn(site.destination), []);
		}

		// Some of them fit, but not if so many must stay.
		await fs.rm(sandbox.source, {recursive: true});
		await fs.mkdir(sandbox.source);

		for (let index = 0; index < 40; index++) {
			await sandbox.add(`${index}.log`, `${index}\n`);
		}

		const reserved = await backUp(site, ['--reserve=60%'], {code: 14});
		assert.match(reserved.stderr, /inodes/v);
		const fitting = await backUp(site);
		assert.equal(fitting.code, 0, fitting.stderr);
		await assertSound(site);

		// What is restored needs inodes, too.
		const restore = async (target: string, code = 0) => run(process.execPath, [program, 'restore', someDate, '--dest', site.destination, '--to', `${volume.place}/${target}`], {env: sandbox.env, code});
		assert.equal((await restore('one')).code, 0);
		const second = await restore('two', 14);
		assert.match(second.stderr, /inodes/v);
	});

	test('blocks are counted in the size that the file system counts in, not in the one it likes to be read in', async t => {
		if (!await canMountOdd(t)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await sandbox.add('syslog', 'a line\n');
		await using odd = await mountOdd(t, sandbox.root, {BSIZE: '2097152', FRSIZE: '4096'});
		const {mounted} = odd;
		const {stdout} = await run('stat', ['-f', '-c', '%a', mounted]);
		const free = Number(stdout) * 4096;
		const space = await readSpace(mounted, {bytes: 0});
		assert.ok(Math.abs(space!.free - free) < 1e9, `${space!.free} is not about ${free}`);
		// Older versions of Node do not tell the one from the other.
		assert.equal(await countedBlockSize({bsize: 2_097_152}, mounted), 4096);
		const handle = await fs.open(mounted);
		assert.equal(await countedBlockSize({bsize: 2_097_152}, `/proc/self/fd/${handle.fd}/`), 4096);
		await handle.close();
		// More than there is must stay free.
		await backUp(siteAt(sandbox, `${mounted}/backups`), [`--reserve=${Math.round(free * 2)}`], {code: 14});
	});

	test('a file system that tells nothing of its space is written to all the same, and no number is made up', async t => {
		if (!await canMountOdd(t)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await sandbox.add('syslog', 'a line\n');
		await using odd = await mountOdd(t, sandbox.root, {NOSTATFS: '1'});
		const {mounted} = odd;
		assert.equal(await readSpace(mounted, undefined), undefined);
		const site = siteAt(sandbox, `${mounted}/backups`);
		const {code, stderr} = await backUp(site);
		assert.equal(code, 0, stderr);
		await assertSound(site);
		const target = `${mounted}/restored`;
		const restored = await run(process.execPath, [program, 'restore', someDate, '--dest', site.destination, '--to', target], {env: sandbox.env});
		assert.equal(restored.code, 0, restored.stderr);
		assert.equal(await fs.readFile(`${target}/syslog`, 'utf8'), 'a line\n');
	});

	for (const kind of kinds) {
		test(`${kind}: a destination that is read-only is refused with 1 and says so`, async t => {
			if (!await canDo(t, ...tools[kind])) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await using volume = await Volume.create(sandbox, kind, 16);
			await sandbox.add('syslog', 'a line\n');
			const site = siteAt(sandbox, volume.destination);
			await volume.remount('ro');
			const {stderr} = await backUp(site, [], {code: 1});
			assert.match(stderr, /read-only.+EROFS.+\n.+--dest/v);
			await volume.remount('rw');
			await fs.mkdir(site.destination, {mode: 0o700});
			await volume.remount('ro');
			const again = await backUp(site, [], {code: 1});
			assert.match(again.stderr, /read-only.+EROFS.+\n.+--dest/v);
			assert.deepEqual(await fs.readdir(site.destination), []);
		});
	}

	test('a file system that turns read-only in the middle, as ext4 does after an error, ends the run with 1; the next one goes on from there', async t => {
		if (!await canDo(t, ...tools.ext4)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using volume = await Volume.create(sandbox, 'ext4', 64);
		await sandbox.addSampleLogs();
		const site = siteAt(sandbox, volume.destination);
		const held = await HeldRun.start(site, [], {jobs: 2});
		await held.copies(5);
		// What the kernel does when it finds the disk failing. (A plain remount is refused while a file is open for writing.)
		await volume.remount('abort');
		const {stderr} = await held.end(1);
		// By which of the two a run learns of it depends on what it was doing.
		assert.match(stderr, /read-only.+EROFS|disk there may be failing/v);
		assert.equal((await namesIn(site.destination)).includes(someDate), false);

		await fs.truncate(`${sandbox.source}/huge.log`);
		await volume.unmount();
		await volume.mount();
		const next = await backUp(site);
		assert.equal(next.code, 0, next.stderr);
		await assertSound(site);
		assert.deepEqual(await namesIn(site.destination), [someDate]);
	});
});

/** Files whose names take far more in a set's manifest than their copies do. */
async function addLongNames(sandbox: Sandbox, count: number): Promise<readonly string[]> {
	const names = Array.from({length: count}, (_, index) => `${String(index).padStart(5, '0')}-${'n'.repeat(220)}.log`);
	await Promise.all(names.map(async name => sandbox.add(name, `${name.slice(0, 5)}\n`)));
	return names;
}

describe('what a set is described by takes space, too', {concurrency: 2}, () => {
	const nextDate = '2026-03-16';
	const count = 1500;

	test('links to copies of the last set are no set if its manifest and checksums do not fit, or would use the reserve', async t => {
		if (!await canDo(t, 'root', 'mount', 'fallocate')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using volume = await Volume.create(sandbox, 'tmpfs', 64);
		await addLongNames(sandbox, count);
		const site = siteAt(sandbox, volume.destination);
		const first = await backUp(site);
		assert.equal(first.code, 0, first.stderr);
		// Enough for the journal, which is as long, and not for manifest and checksums beside it.
		const {size} = await fs.stat(`${site.destination}/${someDate}/manifest.json`);
		const left = Math.round(1.5 * size);
		const free = await volume.free();
		const reserve = free - left;
		const again = async (...flags: readonly Argument[]) => run(process.execPath, [...runArgs(site, [], nextDate), ...flags], {env: site.env});
		// What is too little for the manifest alone is seen before anything is begun.
		const early = await again(`--reserve=${free - Math.round(size / 2)}`, '--json', {code: 14});
		assert.match(early.stdout, /--reserve/v);
		assert.doesNotMatch(early.stdout, /"message_type":"start"/v);
		const reserved = await again(`--reserve=${reserve}`, {code: 14});
		assert.match(reserved.stderr, /--reserve/v);
		assert.deepEqual(await namesIn(site.destination), [someDate]);
		assert.ok(await volume.free() >= free - 200_000);

		await volume.fill(left);
		const full = await again('--no-space-check', {code: 14});
		assert.match(full.stderr, /ENOSPC/v);
		assert.deepEqual(await namesIn(site.destination), [someDate]);
		assert.ok(await volume.free() >= left - 200_000);
		await assertSound(site);

		await fs.rm(`${volume.place}/somebody-elses`);
		const next = await again();
		assert.equal(next.code, 0, next.stderr);
	});

	test('one file is not added to a set if the new manifest does not fit, or would use the reserve: the set stays as it is', async t => {
		if (!await canDo(t, 'root', 'mount', 'fallocate')) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using volume = await Volume.create(sandbox, 'tmpfs', 64);
		const names = await addLongNames(sandbox, count);
		const list = `${sandbox.root}/list`;
		await fs.writeFile(list, [...names, 'late.log'].map(name => `${name}\0`).join(''));
		const site = siteAt(sandbox, volume.destination);
		await backUp(site, [`--files-from=${list}`], {code: 3});
		await sandbox.add('late.log', 'a line\n');
		const before = await fs.readFile(`${site.destination}/${someDate}/manifest.json`);
		const free = await volume.free();
		const assertAsBefore = async () => {
			assert.deepEqual(await namesIn(site.destination), [someDate]);
			assert.ok(before.equals(await fs.readFile(`${site.destination}/${someDate}/manifest.json`)));
			await assertSound(site);
		};

		// The record of what is to be done has the whole manifest in it, and there are two of it for a while.
		const reserved = await backUp(site, ['--retry', `--reserve=${free - Math.round(before.length / 2)}`], {code: 14});
		assert.match(reserved.stderr, /--reserve/v);
		await assertAsBefore();

		for (const share of [0.5, 1.5, 2.25]) {
			await volume.fill(Math.round(share * before.length));
			const full = await backUp(site, ['--retry', '--no-space-check'], {code: 14});
			assert.match(full.stderr, /ENOSPC/v);
			await assertAsBefore();
			await fs.rm(`${volume.place}/somebody-elses`);
		}

		const retried = await backUp(site, ['--retry']);
		assert.equal(retried.code, 0, retried.stderr);
		await assertSound(site);
	});
});
