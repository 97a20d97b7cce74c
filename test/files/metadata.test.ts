import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {
	allowedMode,
	applyMetadata,
	applyMetadataSync,
	isLooser,
	type Metadata,
	metadataOf,
} from '../../source/files/metadata.ts';
import {Sandbox} from '../support/sandbox.ts';
import {statsOf} from '../support/stats.ts';

const isRoot = process.geteuid!() === 0;
const asRoot = {skip: isRoot ? false : 'only root gives files away'};
const own = {uid: process.geteuid!(), gid: process.getegid!()};
const second = 1_000_000_000n;

const ways = [
	['', async (handle: fs.FileHandle, metadata: Metadata) => applyMetadata(handle, metadata)],
	[', in a thread that waits', async (handle: fs.FileHandle, metadata: Metadata) => applyMetadataSync(handle.fd, metadata)],
] as const;

/** A new file that got metadata; what it is then, and what it did not get. */
async function given(sandbox: Sandbox, apply: typeof ways[0][1], metadata: Metadata, prepare?: (handle: fs.FileHandle) => Promise<unknown>) {
	const file = path.join(sandbox.root, 'file');
	await fs.rm(file, {force: true});
	await using handle = await fs.open(file, 'wx', 0o600);
	await prepare?.(handle);
	const unkept = await apply(handle, metadata);
	const {mode, uid, gid, mtimeNs, atimeNs} = await handle.stat({bigint: true});
	return {
		mode: Number(mode & 0o7777n), uid: Number(uid), gid: Number(gid), mtimeNs, atimeNs, unkept,
	};
}

for (const [kind, apply] of ways) {
	test(`a file gets owner, mode and times, before the epoch too; set-id bits it does not${kind}`, async () => {
		await using sandbox = await Sandbox.create();

		for (const [mtimeNs, atimeNs] of [[1_700_000_000n * second, 1_600_000_000n * second], [-(5n * second), -(86_400n * second)], [0n, 0n]] as const) {
			assert.deepEqual(await given(sandbox, apply, {
				...own, mode: 0o6754, mtimeNs, atimeNs,
			}), {
				...own, mode: 0o754, mtimeNs, atimeNs, unkept: [],
			});
		}

		const {mtimeNs, atimeNs} = await given(sandbox, apply, {...own, mode: 0o600, mtimeNs: 7n * second});
		assert.deepEqual([mtimeNs, atimeNs], [7n * second, 7n * second]);
	});

	test(`parts of a second are kept, as exactly as Node takes them${kind}`, async () => {
		await using sandbox = await Sandbox.create();

		for (const wanted of [1_700_000_000_123_456_789n, 1_700_000_000_000_000_999n, -1_500_000_000n]) {
			const {mtimeNs} = await given(sandbox, apply, {...own, mode: 0o600, mtimeNs: wanted});
			assert.ok(mtimeNs - wanted <= 1000n && wanted - mtimeNs <= 1000n, `${wanted} became ${mtimeNs}`);
		}
	});

	test(`a time that nothing can hold is none that stops a run${kind}`, async () => {
		await using sandbox = await Sandbox.create();

		for (const mtimeNs of [10n ** 40n, -(10n ** 40n)]) {
			const {mode} = await given(sandbox, apply, {...own, mode: 0o640, mtimeNs});
			assert.equal(mode, 0o640);
		}
	});

	test(`root gives files away, by user, group, or both; an id that means "leave it" it cannot give${kind}`, asRoot, async () => {
		await using sandbox = await Sandbox.create();
		const facts = {mode: 0o640, mtimeNs: 0n};

		for (const ids of [{uid: 123, gid: 456}, {uid: 0, gid: 456}, {uid: 123, gid: 0}]) {
			assert.partialDeepStrictEqual(await given(sandbox, apply, {...facts, ...ids}), {...ids, mode: 0o640, unkept: []});
		}

		assert.partialDeepStrictEqual(await given(sandbox, apply, {...facts, uid: 0xFF_FF_FF_FF, gid: 0}), {uid: 0, mode: 0o640, unkept: ['owner']});
		// Without its group, that has no more than everybody.
		assert.partialDeepStrictEqual(await given(sandbox, apply, {
			...facts, mode: 0o664, uid: 0, gid: 0xFF_FF_FF_FF,
		}), {gid: 0, mode: 0o644, unkept: ['owner']});
	});

	test(`who is not root keeps the files, and lets no group in that was not meant${kind}`, asRoot, async () => {
		await using sandbox = await Sandbox.create();
		await fs.chmod(sandbox.root, 0o777);
		process.setegid!(4321);
		process.seteuid!(1234);

		try {
			const facts = {mtimeNs: 0n, uid: 77};
			const user = {uid: 1234, unkept: []};
			assert.partialDeepStrictEqual(await given(sandbox, apply, {...facts, gid: 88, mode: 0o664}), {...user, gid: 4321, mode: 0o644});
			assert.partialDeepStrictEqual(await given(sandbox, apply, {...facts, gid: 88, mode: 0o670}), {...user, mode: 0o600});
			assert.partialDeepStrictEqual(await given(sandbox, apply, {...facts, gid: 88, mode: 0o657}), {...user, mode: 0o657}, 'others may do more');
			assert.partialDeepStrictEqual(await given(sandbox, apply, {...facts, gid: 4321, mode: 0o660}), {...user, gid: 4321, mode: 0o660});
		} finally {
			process.seteuid!(0);
			process.setegid!(0);
		}
	});

	test(`what an ACL may have denied some is for its owner alone${kind}`, async () => {
		await using sandbox = await Sandbox.create();
		assert.equal((await given(sandbox, apply, {
			...own, mode: 0o764, mtimeNs: 0n, isRestricted: true,
		})).mode, 0o700);
	});

	test(`what is open to others before it gets its mode gets it all the same${kind}`, async () => {
		await using sandbox = await Sandbox.create();
		assert.deepEqual(await given(sandbox, apply, {
			...own, mode: 0o640, mtimeNs: 0n, atimeNs: 0n,
		}, async handle => handle.chmod(0o666)), {
			...own, mode: 0o640, mtimeNs: 0n, atimeNs: 0n, unkept: [],
		});
	});
}

const denial = (code: string) => Object.assign(new Error(code), {code});

type Failing = Partial<Record<'chown' | 'chmod' | 'utimes', string>>;

/** A file handle whose calls fail, of a file with a mode. */
function failing(calls: Failing, mode = 0o10_0600n): fs.FileHandle {
	const fail = (code: string | undefined) => async () => {
		if (code !== undefined) {
			throw denial(code);
		}
	};

	return {
		stat: async () => statsOf({uid: BigInt(own.uid), gid: BigInt(own.gid), mode}), chown: fail(calls.chown), chmod: fail(calls.chmod), utimes: fail(calls.utimes),
	} as unknown as fs.FileHandle;
}

test('what a file system denies is told; any other failure is one', async () => {
	const metadata = {...own, mode: 0o640, mtimeNs: 0n};
	const elsewhere = {...metadata, uid: own.uid + 1};

	for (const code of ['EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EOVERFLOW']) {
		assert.deepEqual(await applyMetadata(failing({chmod: code}), metadata), ['mode'], code);
		assert.deepEqual(await applyMetadata(failing({utimes: code}), metadata), ['time'], code);
		assert.deepEqual(await applyMetadata(failing({chown: code}), elsewhere), isRoot ? ['owner'] : [], code);
		assert.deepEqual(await applyMetadata(failing({chown: code}), {...metadata, gid: own.gid + 1}), isRoot ? ['owner'] : [], code);
	}

	for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS']) {
		for (const name of ['chmod', 'utimes', 'chown'] as const) {
			await assert.rejects(applyMetadata(failing({[name]: code}), elsewhere), {code});
		}
	}

	// One mode for all files, whatever is asked for.
	assert.deepEqual(await applyMetadata(failing({}, 0o10_0755n), metadata), ['mode']);
	assert.deepEqual(await applyMetadata(failing({}, 0o10_0640n), metadata), []);
});

test('a copy may let in who was let in, and nobody else', () => {
	const looser = (mode: number, gid: number, limits: number) => isLooser(statsOf({mode: BigInt(0o10_0000 + mode), gid: BigInt(gid)}), {mode: limits, gid: 5});
	assert.equal(looser(0o640, 5, 0o640), false);
	assert.equal(looser(0o600, 5, 0o640), false);
	assert.equal(looser(0o660, 5, 0o640), true);
	assert.equal(looser(0o644, 5, 0o640), true);
	assert.equal(looser(0o640, 6, 0o640), true, 'another group');
	assert.equal(looser(0o640, 6, 0o644), false, 'which has what everybody has');
	assert.equal(looser(0o700, 5, 0o600), false, 'what its owner may do');
	assert.equal(looser(0o4600, 5, 0o600), true, 'a set-id bit');
});

test('of a mode, permissions count; of a restricted one, its owner\'s', () => {
	assert.equal(allowedMode({mode: 0o10_6754}), 0o754);
	assert.equal(allowedMode({mode: 0o10_6754, isRestricted: true}), 0o700);
	assert.deepEqual(metadataOf(statsOf({
		uid: 1n, gid: 2n, mode: 0o10_0640n, mtimeNs: 3n, atimeNs: 4n,
	})), {
		uid: 1, gid: 2, mode: 0o10_0640, mtimeNs: 3n, atimeNs: 4n, isRestricted: false,
	});
});
