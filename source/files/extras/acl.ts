/*
ACLs as the kernel hands them out in extended attributes: those of POSIX.1e (linux/posix_acl_xattr.h: version 2, then tag, permissions and id of each
entry, little-endian), and those of NFSv4 (RFC 7530 §6.2.1 in XDR).
*/

const version = 2;
const headerSize = 4;
const entrySize = 8;
const noId = 0xFF_FF_FF_FF;

const tags = {
	user: 0x01, namedUser: 0x02, group: 0x04, namedGroup: 0x08, mask: 0x10, other: 0x20,
} as const;

/** Owner, group and others: what a mode can say. */
const baseEntries = 3;

/** Whether an ACL says more than a mode can. What cannot be understood may. */
export const isExtendedAcl = (acl: Buffer): boolean => acl.length !== headerSize + (baseEntries * entrySize) || acl.readUInt32LE(0) !== version;

const namedTags: Readonly<Record<string, number>> = {user: tags.namedUser, group: tags.namedGroup};

const tagOf = (word: string, id: string): number => (id === '' ? undefined : namedTags[word]) ?? tags[word as keyof typeof tags];

const permission = (text: string) => (text.includes('r') ? 4 : 0) + (text.includes('w') ? 2 : 0) + (text.includes('x') ? 1 : 0);

const line = /^(?<word>user|group|mask|other):(?<id>\d*):(?<permissions>[\-rwx]{3})$/v;

/**
The ACL that getfacl(1) prints with `--numeric`.

@returns `undefined` if the text is anything else.
*/
export function encodeAcl(text: string): Buffer | undefined {
	const entries: Buffer[] = [];

	for (const one of text.split('\n').filter(Boolean)) {
		const parts = line.exec(one)?.groups;

		if (!parts) {
			return undefined;
		}

		const {word = '', id = '', permissions = ''} = parts;
		const entry = Buffer.alloc(entrySize);
		entry.writeUInt16LE(tagOf(word, id), 0);
		entry.writeUInt16LE(permission(permissions), 2);
		entry.writeUInt32LE(id === '' ? noId : Number(id), 4);
		entries.push(entry);
	}

	const header = Buffer.alloc(headerSize);
	header.writeUInt32LE(version);
	return Buffer.concat([header, ...entries]);
}

const prefixes = new Map<number, (id: number) => string>([
	[tags.user, () => 'user::'],
	[tags.namedUser, id => `user:${id}:`],
	[tags.group, () => 'group::'],
	[tags.namedGroup, id => `group:${id}:`],
	[tags.mask, () => 'mask::'],
	[tags.other, () => 'other::'],
]);

const permissionText = (bits: number) => `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${(bits & 1) === 0 ? '-' : 'x'}`;

/**
The same as a text for setfacl(1).

@returns `undefined` if it cannot be understood.
*/
export function decodeAcl(acl: Buffer): string | undefined {
	if (acl.length < headerSize || (acl.length - headerSize) % entrySize !== 0 || acl.readUInt32LE(0) !== version) {
		return undefined;
	}

	const lines: string[] = [];

	for (let start = headerSize; start < acl.length; start += entrySize) {
		const prefix = prefixes.get(acl.readUInt16LE(start))?.(acl.readUInt32LE(start + 4));

		if (prefix === undefined) {
			return undefined;
		}

		lines.push(`${prefix}${permissionText(acl.readUInt16LE(start + 2))}\n`);
	}

	return lines.join('');
}

const everybody: ReadonlySet<string> = new Set(['OWNER@', 'GROUP@', 'EVERYONE@']);

/** Whether an ACL of NFSv4, which the server has of every file, names nobody beside owner, group and everyone: then the mode tells all. */
export function isTrivialNfsAcl(acl: Buffer): boolean {
	const fixed = 16;
	let position = 4;

	try {
		for (let left = acl.readUInt32BE(0); left > 0; left--) {
			const length = acl.readUInt32BE(position + fixed - 4);
			const start = position + fixed;

			if (!everybody.has(acl.toString('latin1', start, start + length))) {
				return false;
			}

			position = start + (Math.ceil(length / 4) * 4);
		}

		return position === acl.length;
	} catch {
		// Shorter than it says.
		return false;
	}
}
