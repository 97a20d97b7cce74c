import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {flock, isOfThisKernelAlone} from '../../source/set/lock/kernel-lock.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';

test('one file is locked by one alone, until that is closed', async () => {
	await using place = await Place.create();
	await place.write('file');
	await using one = await fs.open(place.at('file'), 'r+');
	await using other = await fs.open(place.at('file'), 'r+');
	assert.deepEqual([await flock(one.fd), await flock(one.fd)], ['taken', 'taken'], 'also where it has it already');
	assert.equal(await flock(other.fd), 'held');
	assert.equal(await flock(other.fd, 'shared'), 'held');
	await one.close();
	assert.equal(await flock(other.fd), 'taken');
});

test('of what is not open nothing can be said', async () => {
	assert.equal(await flock(1_000_000), undefined);
});

test('many can look at once, but not while one has it alone', async () => {
	await using place = await Place.create();
	await place.write('file');
	await using one = await fs.open(place.at('file'), 'r+');
	await using other = await fs.open(place.at('file'), 'r+');
	assert.deepEqual([await flock(one.fd, 'shared'), await flock(other.fd, 'shared')], ['taken', 'taken']);
	await using third = await fs.open(place.at('file'), 'r+');
	assert.equal(await flock(third.fd), 'held');
});

/** File systems of one kernel alone, and some that other hosts may write to, by the numbers of statfs(2). */
const types: ReadonlyArray<readonly [type: number, isAlone: boolean]> = [
	...[
		0xEF_53,
		0x58_46_53_42,
		0x91_23_68_3E,
		0x01_02_19_94,
		0x85_84_58_F6,
		0x79_4C_76_30,
		0xF2_F5_20_10,
		0x2F_C1_2F_C1,
		0xCA_45_1A_4E,
		0x31_53_46_4A,
		0x52_65_49_73,
		0x34_34,
		0x24_05_19_05,
		0x4D_44,
		0x20_11_BA_B0,
		0x73_66_74_6E,
		0x15_01_33_46,
		0x42_44,
		0x48_2B,
	].map(type => [type, true] as const),
	...[0x69_69, 0xFF_53_4D_42, 0xFE_53_4D_42, 0x65_73_55_46, 0x01_02_19_97, 0x53_46_41_4F, 0x01_16_19_70, 0x74_61_63_6F, 0].map(type => [type, false] as const),
];

test('whether other hosts can write to a file system is told by its type', async t => {
	await using place = await Place.create();

	for (const [type, isAlone] of types) {
		// As a 32-bit system has it, too.
		for (const seen of [BigInt(type), BigInt.asIntN(32, BigInt(type))]) {
			const calls = await Calls.watch(t, place.root);
			calls.answer(/^statfs/v, {type: seen});
			assert.equal(await isOfThisKernelAlone(place.directory), isAlone, type.toString(16));
			calls.end();
		}
	}

	const calls = await Calls.watch(t, place.root);
	calls.fail(/^statfs/v, 'EIO');
	assert.equal(await isOfThisKernelAlone(place.directory), false);
});
