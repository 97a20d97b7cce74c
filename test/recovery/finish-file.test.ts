import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {encodeAcl} from '../../source/files/extras/acl.ts';
import {accessAcl, type Extras} from '../../source/files/extras/extras.ts';
import type {ExtrasStore} from '../../source/files/extras/extras-store.ts';
import {finishFile, type Finish} from '../../source/recovery/finish-file.ts';
import {recordOf} from '../support/copy-records.ts';
import {statsOf} from '../support/stats.ts';
import {Sandbox} from '../support/sandbox.ts';

const capability = 'security.capability';
const acl = encodeAcl('user::rw-\nuser:1234:r--\ngroup::r--\nmask::r--\nother::---\n')!.toString('base64');
const own = {uid: process.geteuid!(), gid: process.getegid!()};
const metadata = {...own, mode: 0o644, mtimeNs: 0n};
const asRoot = {skip: process.geteuid!() === 0 ? false : 'only root gives files away'};

/** What gives attributes, and remembers which; with those that it fails to give. */
function storeOf({isClean = true, failing = []}: {readonly isClean?: boolean; readonly failing?: readonly string[]} = {}) {
	const given: string[] = [];
	const modes: number[] = [];
	const store = {
		isAble: true,
		dropInherited: async () => isClean,
		async give(file: fs.FileHandle, xattrs: NonNullable<Extras['xattrs']>) {
			given.push(...Object.keys(xattrs));
			modes.push((await file.stat()).mode & 0o777);
			return failing.map(name => ({name, reason: 'EPERM'}));
		},
	};
	return {store: store as unknown as ExtrasStore, given, modes};
}

/** Finishes a new file. Resolves with what it did not get, and its mode. */
async function finish(changed: Partial<Finish> & {readonly xattrs?: Extras['xattrs']; readonly isRestricted?: true}) {
	await using sandbox = await Sandbox.create();
	await using handle = await fs.open(path.join(sandbox.root, 'file'), 'wx', 0o600);
	const {xattrs, isRestricted, ...rest} = changed;
	const record = recordOf('x', {...(xattrs && {xattrs}), ...(isRestricted && {isRestricted})});
	const lost = await finishFile(handle, {
		metadata, record, extras: storeOf().store, isClosed: false, ...rest,
	});
	return {lost, mode: (await handle.stat()).mode & 0o777};
}

test('a file gets mode and times, and nothing is lost', async () => {
	assert.deepEqual(await finish({}), {lost: {unkept: [], xattrs: [], isRestricted: false}, mode: 0o644});
	assert.deepEqual(await finish({record: undefined}), {lost: {unkept: [], xattrs: [], isRestricted: false}, mode: 0o644});
});

test('attributes are given while the file can be written to, before its mode', async () => {
	const {store, given, modes} = storeOf();
	const {mode} = await finish({
		metadata: {...metadata, mode: 0o444}, xattrs: {'user.x': 'eA==', [accessAcl]: acl, [capability]: ''}, isRestricted: true, extras: store,
	});
	assert.deepEqual([given, modes, mode], [['user.x', accessAcl, capability], [0o600], 0o444]);
	assert.deepEqual((await finish({extras: store})).lost.xattrs, []);
	assert.equal(given.length, 3, 'nobody asks for none');
});

test('what others were kept from by an ACL is for its owner alone if that could not be given, or is not known', async () => {
	const restricted = {unkept: [], isRestricted: true};
	assert.deepEqual(await finish({isRestricted: true}), {lost: {...restricted, xattrs: []}, mode: 0o600});
	const {store} = storeOf({failing: [accessAcl]});
	assert.deepEqual(await finish({xattrs: {[accessAcl]: acl}, isRestricted: true, extras: store}), {lost: {...restricted, xattrs: [accessAcl]}, mode: 0o600});
	assert.deepEqual(await finish({xattrs: {[accessAcl]: acl}, isRestricted: true}), {lost: {unkept: [], xattrs: [], isRestricted: false}, mode: 0o644});
	// It may have inherited an ACL of the directory.
	assert.deepEqual(await finish({extras: storeOf({isClean: false}).store}), {lost: {...restricted, xattrs: []}, mode: 0o600});
	assert.equal((await finish({isRestricted: true, metadata: {...metadata, mode: 0o600}})).lost.isRestricted, false, 'nobody else was let in anyway');
	assert.deepEqual((await finish({extras: storeOf({failing: ['user.y']}).store, xattrs: {'user.y': ''}})).lost.xattrs, ['user.y']);
});

test('what was meant for its owner and group is not given to others', asRoot, async () => {
	const nobody = 0xFF_FF_FF_FF;

	for (const ids of [{uid: nobody, gid: 0}, {uid: 0, gid: nobody}]) {
		const {store, given} = storeOf();
		const {lost} = await finish({
			metadata: {...metadata, ...ids}, xattrs: {'user.x': 'eA==', [accessAcl]: acl, [capability]: ''}, isRestricted: true, extras: store,
		});
		assert.deepEqual([given, lost.xattrs.toSorted(), lost.isRestricted], [['user.x'], [capability, accessAcl].toSorted(), true]);
	}

	const {store, given} = storeOf();
	await finish({
		metadata: {...metadata, uid: 123, gid: 456}, xattrs: {[accessAcl]: acl}, isRestricted: true, extras: store,
	});
	assert.deepEqual(given, [accessAcl]);
});

/** A file on a file system that has one mode for all. */
const fixed = (mode: bigint) => ({
	stat: async () => statsOf({uid: BigInt(own.uid), gid: BigInt(own.gid), mode}),
	chown: async () => undefined,
	chmod: async () => undefined,
	utimes: async () => undefined,
}) as unknown as fs.FileHandle;

test('where modes are not kept and others would be let in, a file is refused, unless nobody gets to it', async () => {
	const finishOn = async (mode: bigint, isClosed: boolean, wanted = 0o600) => finishFile(fixed(mode), {
		metadata: {...metadata, mode: wanted}, record: recordOf('x'), extras: storeOf().store, isClosed,
	});
	await assert.rejects(finishOn(0o10_0755n, false), {name: 'DestinationError', message: /0755/v, remedy: /umask=077/v});
	assert.deepEqual((await finishOn(0o10_0755n, true)).unkept, ['mode']);
	assert.deepEqual((await finishOn(0o10_0644n, false, 0o755)).unkept, ['mode'], 'its source let more in');
	assert.deepEqual((await finishOn(0o10_0700n, false)).unkept, []);
});
