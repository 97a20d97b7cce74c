import {
	closeSync,
	constants,
	openSync,
	readFileSync,
} from 'node:fs';

/** Of Linux, and not among Node's constants: looks at a place without opening what is there, so that nothing is mounted by it. */
const oPath = 0x20_00_00;

/** The mount on which something stands that is open, as a number of the kernel's; `undefined` where that cannot be told. See proc(5), `/proc/pid/fdinfo`. */
export function mountOf(fd: number): number | undefined {
	try {
		const {id} = /^mnt_id:\s*(?<id>\d+)$/mv.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.groups ?? {};
		return id === undefined ? undefined : Number(id);
	} catch {
		return undefined;
	}
}

/** The same of a directory, by its path. */
export function mountAt(location: Buffer): number | undefined {
	try {
		const fd = openSync(location, oPath | constants.O_DIRECTORY | constants.O_NOFOLLOW);

		try {
			return mountOf(fd);
		} finally {
			closeSync(fd);
		}
	} catch {
		return undefined;
	}
}
