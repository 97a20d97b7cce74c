/** A fraction in whole percent, always four cells; 100 % only when it is all. */
export const formatPercent = (fraction: number): string => `${Math.floor(fraction * 100)}%`.padStart(4);

/** A bar of exactly `width` cells, as its filled and its empty part. */
export function barCells(fraction: number, width: number): {readonly filled: number; readonly empty: number} {
	const filled = Math.max(0, Math.min(width, Math.floor(fraction * width)));
	return {filled, empty: Math.max(0, width) - filled};
}
