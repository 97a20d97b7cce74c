import {crc32} from 'node:zlib';
import type {ContentChecksum} from './compression-format.ts';

/** A CRC-32 as text: eight digits, lower-case hexadecimal. */
export const formatCrc = (crc: number): string => crc.toString(16).padStart(8, '0');

export const crc32Checksum: ContentChecksum = {
	field: 'crc32',
	label: 'CRC-32',
	pattern: /^[\da-f]{8}$/v,
	start() {
		let crc = 0;
		return {
			update(chunk) {
				crc = crc32(chunk, crc);
			},
			digest: () => formatCrc(crc),
		};
	},
};
