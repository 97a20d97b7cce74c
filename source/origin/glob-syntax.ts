/*
The parts of a glob, as a shell reads them: first braces are expanded, then it is cut at slashes, and what is between them is taken apart.
*/
import {type CharacterSet, joinTokens, type Token} from '../text/wildcards.ts';
import {appendAll} from '../text/lists.ts';

/** More alternatives than anybody writes down; each is one more glob to hold against each name. */
const mostAlternatives = 1000;

/** Braces within braces. */
const deepestBraces = 50;

const classes: ReadonlyMap<string, CharacterSet['ranges']> = new Map(Object.entries({
	alnum: '09AZaz', alpha: 'AZaz', blank: '\t\t  ', cntrl: '\0\u{1F}\u{7F}\u{7F}', digit: '09', graph: '!~', lower: 'az', print: ' ~',
	punct: '!/:@[`{~', space: '\t\r  ', upper: 'AZ', word: '09AZ__az', xdigit: '09AFaf',
}).map(([name, ends]) => [name, Array.from({length: ends.length / 2}, (_, index) => [ends.codePointAt(2 * index)!, ends.codePointAt((2 * index) + 1)!] as const)]));

type Bracket = {readonly set: CharacterSet; readonly end: number};

/** A character, perhaps behind a backslash, as code point, and where it ends. */
function readCharacter(text: string, position: number): {readonly code: number; readonly end: number} {
	const start = text[position] === '\\' && position + 1 < text.length ? position + 1 : position;
	const code = text.codePointAt(start)!;
	return {code, end: start + (code > 0xFF_FF ? 2 : 1)};
}

/** Reads `[a-z]` and the like. `undefined` if it is not closed before the next slash: then it is a bracket and nothing else. */
export function readBracket(text: string, start: number): Bracket | undefined {
	const isNegated = text[start + 1] === '!' || text[start + 1] === '^';
	const first = start + (isNegated ? 2 : 1);
	const ranges: Array<readonly [number, number]> = [];

	for (let position = first; position < text.length && text[position] !== '/';) {
		if (text[position] === ']' && position > first) {
			return {set: {ranges, isNegated}, end: position + 1};
		}

		const name = text[position] === '[' && text[position + 1] === ':' ? /^\[:(?<name>[a-z]{1,9}):\]/v.exec(text.slice(position, position + 14))?.groups?.name : undefined;
		const named = name === undefined ? undefined : classes.get(name);

		if (name !== undefined && named) {
			appendAll(ranges, named);
			position += name.length + 4;
			continue;
		}

		const {code, end} = readCharacter(text, position);
		const isRange = text[end] === '-' && end + 1 < text.length && text[end + 1] !== ']' && text[end + 1] !== '/';
		const last = isRange ? readCharacter(text, end + 1) : {code, end};
		ranges.push([code, last.code]);
		position = last.end;
	}

	return undefined;
}

/** Takes apart what is between two slashes. */
export function parseSegment(segment: string): Token[] {
	const tokens: Token[] = [];
	// After one that is not closed, no other is.
	let mayClose = true;

	for (let position = 0; position < segment.length;) {
		const character = segment[position]!;
		const bracket: Bracket | undefined = character === '[' && mayClose ? readBracket(segment, position) : undefined;
		mayClose &&= character !== '[' || bracket !== undefined;

		if (bracket) {
			tokens.push(bracket.set);
			position = bracket.end;
		} else if (character === '*' || character === '?') {
			tokens.push(character);
			position++;
		} else {
			const {code, end} = readCharacter(segment, position);
			tokens.push({text: String.fromCodePoint(code)});
			position = end;
		}
	}

	return joinTokens(tokens);
}

type Braces = {readonly end: number; readonly commas: readonly number[]};

/** Positions of braces and commas that are neither escaped by a backslash nor in brackets. */
function * findMarks(glob: string): Generator<number> {
	let noBracketBefore = 0;

	for (let position = 0; position < glob.length; position++) {
		const character = glob[position]!;

		if (character === '\\') {
			position++;
		} else if (character === '[' && position >= noBracketBefore) {
			const bracket = readBracket(glob, position);
			const slash = glob.indexOf('/', position);
			// One that is not closed: nor is any other before the next slash.
			noBracketBefore = bracket ? 0 : (slash === -1 ? glob.length : slash);
			position = bracket ? bracket.end - 1 : position;
		} else if ('{,}'.includes(character)) {
			yield position;
		}
	}
}

/** Pairs of braces by the position of the opening one: position of the closing one, and of the commas between. */
function findBraces(glob: string): ReadonlyMap<number, Braces> {
	const found = new Map<number, Braces>();
	const open: Array<{readonly start: number; readonly commas: number[]}> = [];

	for (const position of findMarks(glob)) {
		if (glob[position] === '{') {
			open.push({start: position, commas: []});
			continue;
		}

		const inner = glob[position] === ',' ? open.at(-1) : open.pop();

		if (glob[position] === ',') {
			inner?.commas.push(position);
		} else if (inner) {
			found.set(inner.start, {end: position, commas: inner.commas});
		}
	}

	return found;
}

/** Expands a sequence: `1..3`, `01..10`, `a..e`, `1..9..2`. `undefined` if it is none of these. */
function readSequence(text: string): readonly string[] | undefined {
	const {first, last, step = '1'} = /^(?<first>-?\d{1,9}|[A-Za-z])\.\.(?<last>-?\d{1,9}|[A-Za-z])(?:\.\.-?(?<step>\d{1,9}))?$/v.exec(text)?.groups ?? {};

	if (first === undefined || last === undefined || /\d/v.test(first) !== /\d/v.test(last)) {
		return undefined;
	}

	const isNumber = /\d/v.test(first);
	const [from, to] = isNumber ? [Number(first), Number(last)] : [first.codePointAt(0)!, last.codePointAt(0)!];
	const size = Math.max(1, Number(step));
	const count = Math.floor(Math.abs(to - from) / size) + 1;

	if (count > mostAlternatives) {
		throw new RangeError('it has too many alternatives');
	}

	const width = [first, last].some(end => /^-?0\d/v.test(end)) ? Math.max(first.length, last.length) : 0;

	return Array.from({length: count}, (_, index) => {
		const value = from + (Math.sign(to - from) * index * size);
		return isNumber ? `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, '0')}` : String.fromCodePoint(value);
	});
}

/**
Expands `{a,b}`, `{1..9}` and the like.

@throws {RangeError} If there are more than a thousand alternatives, or braces nest deeper than anybody writes them.
*/
export function expandBraces(glob: string, depth = 0): readonly string[] {
	if (!glob.includes('{')) {
		return [glob];
	}

	if (depth > deepestBraces) {
		throw new RangeError('its braces nest too deeply');
	}

	const braces = findBraces(glob);
	let done: readonly string[] = [''];
	let from = 0;

	const append = (texts: readonly string[]) => {
		if (done.length * texts.length > mostAlternatives) {
			throw new RangeError('it has too many alternatives');
		}

		done = done.flatMap(start => texts.map(text => start + text));
	};

	for (const [start, {end, commas}] of [...braces].toSorted(([one], [other]) => one - other)) {
		const inner = glob.slice(start + 1, end);
		const sequence = commas.length === 0 ? readSequence(inner) : undefined;

		// Inside of braces that are expanded with what is in them; or braces and nothing else.
		if (start < from || (commas.length === 0 && !sequence)) {
			continue;
		}

		const cuts = [start, ...commas, end];
		append([glob.slice(from, start)]);
		append(sequence ?? cuts.slice(1).flatMap((cut, index) => expandBraces(glob.slice(cuts[index]! + 1, cut), depth + 1)));
		from = end + 1;
	}

	append([glob.slice(from)]);
	return done;
}

/** Cuts at slashes; one behind a backslash is one, too. */
export function splitSegments(glob: string): string[] {
	const segments: string[] = [];
	let segment = '';

	for (let position = 0; position < glob.length; position++) {
		const character = glob[position]!;

		if (character === '/' || (character === '\\' && glob[position + 1] === '/')) {
			segments.push(segment);
			segment = '';
			position += character === '/' ? 0 : 1;
		} else if (character === '\\') {
			segment += glob.slice(position, position + 2);
			position++;
		} else {
			segment += character;
		}
	}

	return [...segments, segment];
}
