import {formatPercent} from '../../text/format.ts';
import {eighths, glyphs} from './glyphs.ts';

/** A fraction in whole percent, always five cells. */
export const percentCells = (fraction: number): string => formatPercent(fraction).padStart(5);

/** A bar of up to `width` cells, to an eighth of a cell. It leaves a line free above itself, so that bars in rows one upon another do not become a block. */
export function eighthsBar(fraction: number, width: number): string {
	const steps = Math.max(0, Math.min(8 * width, Math.round(fraction * 8 * width)));
	return glyphs.bar.repeat(Math.floor(steps / 8)) + (steps % 8 === 0 ? '' : eighths[(steps % 8) - 1]!);
}

/** A bar of exactly `width` cells, as its filled and its empty part. */
export function barCells(fraction: number, width: number): {readonly filled: number; readonly empty: number} {
	const filled = Math.max(0, Math.min(width, Math.floor(fraction * width)));
	return {filled, empty: Math.max(0, width) - filled};
}
