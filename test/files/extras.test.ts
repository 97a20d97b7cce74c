import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	decodeAcl,
	encodeAcl,
	isExtendedAcl,
	isTrivialNfsAcl,
} from '../../source/files/extras/acl.ts';
import {accessAcl, ExtrasBudget} from '../../source/files/extras/extras.ts';

const extended = 'user::rw-\nuser:65534:r--\ngroup::---\ngroup:4294967294:r-x\nmask::r-x\nother::---\n';

test('an ACL is the same after it was a text, and one of three entries says no more than a mode', () => {
	const acl = encodeAcl(extended)!;
	assert.equal(decodeAcl(acl), extended);
	assert.equal(isExtendedAcl(acl), true);
	assert.equal(isExtendedAcl(encodeAcl('user::rw-\ngroup::r--\nother::---\n')!), false);
	assert.equal(encodeAcl('user::rw-\nnobody:1:r--\n'), undefined);
	assert.equal(decodeAcl(acl.subarray(0, -1)), undefined);
});

/** An ACL of NFSv4 with an entry for each of these. */
function nfsAcl(...names: readonly string[]): Buffer {
	const numbers = (...values: readonly number[]) => Buffer.concat(values.map(value => Buffer.of(0, 0, 0, value)));
	return Buffer.concat([numbers(names.length), ...names.flatMap(name => [numbers(0, 0, 1, name.length), Buffer.from(name.padEnd(Math.ceil(name.length / 4) * 4, '\0'))])]);
}

test('an ACL of NFSv4 restricts a copy only if it names somebody beside owner, group and everyone', () => {
	assert.equal(isTrivialNfsAcl(nfsAcl('OWNER@', 'GROUP@', 'EVERYONE@')), true);
	assert.equal(isTrivialNfsAcl(nfsAcl('OWNER@', 'mary@example.org', 'EVERYONE@')), false);
	assert.equal(isTrivialNfsAcl(nfsAcl('OWNER@').subarray(0, -3)), false);
	assert.deepEqual(new ExtrasBudget().keep([['system.nfs4_acl', nfsAcl('OWNER@')]]), {});
	assert.equal(new ExtrasBudget().keep([['system.nfs4_acl', nfsAcl('mary')]]).isRestricted, true);
});

test('attributes beyond what is kept leave the others, and the ACL first', () => {
	const acl = encodeAcl(extended)!;
	const {xattrs, isRestricted, isIncomplete} = new ExtrasBudget().keep([['user.long', Buffer.alloc(9000)], ['user.short', Buffer.from('x')], [accessAcl, acl]]);
	assert.deepEqual(xattrs, {[accessAcl]: acl.toString('base64'), 'user.short': 'eA=='});
	assert.equal(isRestricted, true);
	assert.equal(isIncomplete, true);
});

test('an ACL that could not be read, or is of a kind that is not known, restricts the copy', () => {
	assert.deepEqual(new ExtrasBudget().keep([[accessAcl, undefined]]), {isRestricted: true, isIncomplete: true});
	assert.equal(new ExtrasBudget().keep([['system.cifs_acl', Buffer.from('x')]]).isRestricted, true);
	assert.equal(new ExtrasBudget().keep([['security.selinux', Buffer.from('x')]]).isRestricted, undefined);
});
