import type {BigIntStats} from 'node:fs';

/*
Identity of a file: device and inode. Inode numbers take all 64 bits (overlayfs, CIFS, NFS): as a JavaScript number, many of them are the
same. The names differ from those of `Stats`, so that no type lets anything but `fileIdentity` make one.
*/
export type FileIdentity = {readonly device: bigint; readonly inode: bigint};

/** Node hands on what is above 2^63 - 1 as a negative number. */
const unsigned = (value: bigint): bigint => value < 0n ? BigInt.asUintN(64, value) : value;

/** That of the file looked at last: of 200,000 on one device, each would have a number of its own. */
let sharedDevice = 0n;

export function fileIdentity({dev, ino}: BigIntStats): FileIdentity {
	const device = unsigned(dev);

	if (device !== sharedDevice) {
		sharedDevice = device;
	}

	return {device: sharedDevice, inode: unsigned(ino)};
}

export const isSameFile = (one: FileIdentity, other: FileIdentity): boolean => one.inode === other.inode && one.device === other.device;

/** A text that is another for any other file: for maps and sets. */
export const identityKey = ({device, inode}: FileIdentity): string => `${device}:${inode}`;

/** Of the two numbers in decimal, as they are handed over in text. */
export const toFileIdentity = (device: string, inode: string): FileIdentity => ({device: BigInt(device), inode: BigInt(inode)});

/**
When the file was made, in nanoseconds since the epoch; tells it from another that was given its inode since. `undefined` where the file system does not
say: Node has 0 then.
*/
export const birthOf = ({birthtimeNs}: BigIntStats): bigint | undefined => birthtimeNs === 0n ? undefined : birthtimeNs;
