import {crc32} from 'node:zlib';
import type {BlockChecksum} from './compression-format.ts';

/** The polynomial of CRC-32 (RFC 1952 §8), bits reversed; the highest bit stands for x^0. */
const polynomial = 0xED_B8_83_20;
const one = 0x80_00_00_00;

/** The product of two polynomials modulo that of CRC-32. */
function multiply(left: number, right: number): number {
	let product = 0;
	let power = right;

	for (let bit = one; bit !== 0; bit >>>= 1) {
		if ((left & bit) !== 0) {
			product ^= power;
		}

		power = (power & 1) === 0 ? power >>> 1 : (power >>> 1) ^ polynomial;
	}

	return product >>> 0;
}

/** `x^(2^n)` modulo the polynomial, for each n below 32; then they repeat, as x^(2^32) is x. */
const squares: number[] = [];

for (let power = one >>> 1; squares.length < 32; power = multiply(power, power)) {
	squares.push(power);
}

/** `x^(8 * bytes)` modulo the polynomial: what appending so many zero bytes multiplies with. */
function shift(bytes: number): number {
	let product = one;
	let exponent = 3;

	for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
		if (left % 2 === 1) {
			product = multiply(squares[exponent % 32]!, product);
		}

		exponent++;
	}

	return product;
}

/**
The CRC-32 of two pieces of content put together, from theirs, without looking at the content again: zlib's `crc32_combine`.

@param bytes Length of the second piece.
*/
export const combineCrc = (first: number, second: number, bytes: number): number => (multiply(shift(bytes), first) ^ second) >>> 0;

/** A CRC-32 as text: eight digits, lower-case hexadecimal. */
export const formatCrc = (crc: number): string => crc.toString(16).padStart(8, '0');

export const crc32Checksum: BlockChecksum<number> = {
	field: 'crc32',
	label: 'CRC-32',
	pattern: /^[\da-f]{8}$/v,
	none: 0,
	join: combineCrc,
	text: formatCrc,
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
