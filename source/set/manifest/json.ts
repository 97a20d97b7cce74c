/** A JSON object of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** @returns `undefined` if the text is not JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number of bytes of many files together may be too large to be exact, and still is what it is. */
export const isTotal = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= 0;

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
