/*
Patterns with stars, matched without backtracking into more than one of them: time grows with the length of the text times that of the pattern
at worst, whatever either holds. (What a star has taken matters no more once the next star is reached: if the rest can be matched at all, it can
be from the earliest place.)
*/

/** A character that may be any of some. Code points, both ends included. */
export type CharacterSet = {
	readonly ranges: ReadonlyArray<readonly [first: number, last: number]>;
	/** Any but these. */
	readonly isNegated: boolean;
};

/** Part of a pattern: a text as it is; `?`, one character; `*`, any number of them; or one of a set. */
export type Token = '?' | '*' | CharacterSet | {readonly text: string};

const isIn = (code: number, {ranges, isNegated}: CharacterSet) => ranges.some(([first, last]) => code >= first && code <= last) !== isNegated;

/** End in the text of a token other than a star that begins at a position; -1 if it does not match there. */
function endOf(token: Exclude<Token, '*'>, text: string, position: number): number {
	if (typeof token === 'object' && 'text' in token) {
		return text.startsWith(token.text, position) ? position + token.text.length : -1;
	}

	const code = text.codePointAt(position);
	// A star goes on by half a character where that has two.
	const isHalf = code !== undefined && code >= 0xDC_00 && code <= 0xDF_FF && position > 0 && text.codePointAt(position - 1)! > 0xFF_FF;
	return code === undefined || isHalf || (token !== '?' && !isIn(code, token)) ? -1 : position + (code > 0xFF_FF ? 2 : 1);
}

/**
The same for any sequence: characters of a name, or names of a path.

@param isStar Whether a part of the pattern stands for any number of items.
@param step Where the part that is at an index of the pattern ends in the sequence if it stands at a position; -1 if it does not.
*/
export function matchStars(
	pattern: {readonly length: number; readonly isStar: (index: number) => boolean},
	length: number,
	step: (index: number, position: number) => number,
): boolean {
	let index = 0;
	let position = 0;
	let star = -1;
	let from = 0;

	for (;;) {
		if (index === pattern.length) {
			if (position === length) {
				return true;
			}
		} else if (pattern.isStar(index)) {
			index++;

			if (index === pattern.length) {
				return true;
			}

			star = index;
			from = position;
			continue;
		} else {
			const end = step(index, position);

			if (end !== -1) {
				position = end;
				index++;
				continue;
			}
		}

		if (star === -1 || from >= length) {
			return false;
		}

		from++;
		position = from;
		index = star;
	}
}

/** Whether a text is, from its beginning to its end, what the tokens say. */
export function matchTokens(tokens: readonly Token[], text: string): boolean {
	const [first] = tokens;

	if (tokens.length === 1 && typeof first === 'object' && 'text' in first) {
		return first.text === text;
	}

	return matchStars({length: tokens.length, isStar: index => tokens[index] === '*'}, text.length, (index, position) =>
		endOf(tokens[index] as Exclude<Token, '*'>, text, position));
}

/** Puts texts that follow each other together, and leaves out stars that follow a star. */
export function joinTokens(tokens: Iterable<Token>): Token[] {
	const joined: Token[] = [];

	for (const token of tokens) {
		const last = joined.at(-1);

		if (typeof token === 'object' && 'text' in token && typeof last === 'object' && 'text' in last) {
			joined[joined.length - 1] = {text: last.text + token.text};
		} else if (token !== '*' || last !== '*') {
			joined.push(token);
		}
	}

	return joined;
}

/** Compiles a pattern in which `*` and `?` are special, and nothing else is. */
export function compileWildcards(pattern: string): (text: string) => boolean {
	const tokens = joinTokens(Array.from(pattern, character => character === '*' || character === '?' ? character : {text: character}));
	return text => matchTokens(tokens, text);
}
