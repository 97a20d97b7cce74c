import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	decodeAcl,
	encodeAcl,
	isExtendedAcl,
	isTrivialNfsAcl,
} from '../../source/files/extras/acl.ts';
import {
	accessAcl,
	ExtrasBudget,
	isText,
	recorded,
} from '../../source/files/extras/extras.ts';

const keep = (...attributes: ReadonlyArray<readonly [name: string, value: Buffer | undefined]>) => new ExtrasBudget().keep(attributes);
const namesOf = ({xattrs = {}}: ReturnType<typeof keep>) => Object.keys(xattrs);
const one = Buffer.from('x');

test('what is bound to one inode is not kept, and is no loss', () => {
	assert.deepEqual(keep(['security.evm', one], ['trusted.overlay.opaque', one]), {});
	assert.deepEqual(namesOf(keep(['user.trusted.overlay.x', one], ['trusted.other', one], ['security.evm2', one])), ['trusted.other', 'security.evm2', 'user.trusted.overlay.x']);
});

test('where not all can be kept, those of the system come first, and what users gave last', () => {
	const large = Buffer.alloc(5000);
	assert.deepEqual(keep(['user.b', large], ['security.selinux', large], ['system.x', one]), {xattrs: {'system.x': 'eA==', 'security.selinux': large.toString('base64')}, isIncomplete: true});
	assert.deepEqual(namesOf(keep(['user.b', large], ['system.x', large])), ['system.x']);
});

test('so much is kept of a file, names and values together, and so much of a run', () => {
	const value = (bytes: number) => Buffer.alloc(bytes - 'user.a'.length);
	assert.equal(keep(['user.a', value(8192)]).isIncomplete, undefined);
	assert.equal(keep(['user.a', value(8193)]).isIncomplete, true);
	assert.equal(keep(['user.a', value(4096)], ['user.b', value(4097)]).isIncomplete, true);
	assert.equal(keep(['user.a', value(4096)], ['user.b', value(4096)]).isIncomplete, undefined);
	const budget = new ExtrasBudget();

	for (let file = 0; file < 2048; file++) {
		assert.equal(budget.keep([['user.a', value(8192)]]).isIncomplete, undefined);
	}

	assert.deepEqual(budget.keep([['user.a', Buffer.alloc(0)]]), {isIncomplete: true});
});

test('an ACL of any kind restricts a copy, unless it says no more than the mode; other attributes do not', () => {
	const trivial = encodeAcl('user::rw-\ngroup::r--\nother::---\n')!;
	assert.equal(keep([accessAcl, trivial]).isRestricted, undefined);
	assert.equal(keep(['system.nfs4_acl', undefined]).isRestricted, true);
	assert.equal(keep(['system.richacl', one]).isRestricted, true);
	assert.equal(keep(['user.acl', one]).isRestricted, undefined);
	assert.equal(keep(['system.other', one]).isRestricted, undefined);
	assert.deepEqual(keep(['user.\u{FFFD}', undefined]), {isIncomplete: true});
	assert.deepEqual([isText('user.x'), isText('user.\u{FFFD}')], [true, false]);
	assert.deepEqual(recorded({xattrs: {a: 'b'}, isRestricted: true, isIncomplete: true}), {xattrs: {a: 'b'}, isRestricted: true});
	assert.deepEqual(recorded({}), {});
});

test('what is no ACL of the kind that is known is none, and may say more than a mode', () => {
	const acl = encodeAcl('user::rwx\nuser:7:-wx\ngroup::r-x\ngroup:8:--x\nmask::rwx\nother::--x\n')!;
	assert.equal(decodeAcl(acl), 'user::rwx\nuser:7:-wx\ngroup::r-x\ngroup:8:--x\nmask::rwx\nother::--x\n');
	const entry = (tag: number, permissions: number, id: number) => {
		const bytes = Buffer.alloc(8);
		bytes.writeUInt16LE(tag, 0);
		bytes.writeUInt16LE(permissions, 2);
		bytes.writeUInt32LE(id, 4);
		return bytes;
	};

	const none = 0xFF_FF_FF_FF;
	assert.deepEqual(acl, Buffer.concat([Buffer.of(2, 0, 0, 0), entry(1, 7, none), entry(2, 3, 7), entry(4, 5, none), entry(8, 1, 8), entry(16, 7, none), entry(32, 1, none)]));
	const other = Buffer.from(acl);
	other[0] = 3;
	assert.equal(decodeAcl(other), undefined);
	assert.equal(decodeAcl(Buffer.concat([Buffer.of(2, 0, 0, 0), entry(64, 7, none)])), undefined);
	assert.equal(decodeAcl(Buffer.of(2, 0)), undefined);
	const base = Buffer.concat([Buffer.of(2, 0, 0, 0), entry(1, 6, none), entry(4, 4, none), entry(32, 0, none)]);
	assert.equal(isExtendedAcl(base), false);
	base[0] = 3;
	assert.equal(isExtendedAcl(base), true);
	assert.equal(encodeAcl('user::rwz\n'), undefined);
	assert.equal(isTrivialNfsAcl(Buffer.alloc(4)), true, 'none at all');
	assert.equal(isTrivialNfsAcl(Buffer.alloc(8)), false, 'longer than it says');
	assert.equal(isTrivialNfsAcl(Buffer.alloc(2)), false);
});
