/*
Hostile globs on hostile names: in a thread of its own, as it could only be ended from outside if it hung.
*/
import {compileGlob} from '../../source/origin/glob.ts';
import {compileWildcards} from '../../source/text/wildcards.ts';
import {randomNumbers} from '../support/sample-logs.ts';

const random = randomNumbers(19);
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
const pieces = ['*', '**', '?', '[', ']', '[!', '{', '}', ',', '..', '\\', '\\\\', '/', '!', '(', ')', '|', '@', '+', 'a', 'b', 'ab', '1', '-', ':', '[:alpha:]', '😀', ' ', '\n'];
const make = (length: number) => Array.from({length}, () => pick(pieces)).join('');

/** Such as anybody may make, and such as took for ever in matchers that try again. */
const names = [
	'a'.repeat(255),
	`${'a'.repeat(254)}b`,
	'*'.repeat(255),
	'\\'.repeat(255),
	'{'.repeat(255),
	'['.repeat(255),
	String.raw`a/\\`,
	String.raw`a/\\\\`,
	'ab'.repeat(120),
	'a/'.repeat(2000) + 'b',
	String.raw`\/`.repeat(1000) + 'x',
	...Array.from({length: 40}, () => make(60)),
].map(name => Buffer.from(name));
const globs = [
	...names.map(String),
	'*a'.repeat(100),
	'*?'.repeat(100),
	'**/'.repeat(200) + 'x',
	'**/a*'.repeat(50),
	'*'.repeat(5000) + 'x',
	'[a-'.repeat(2000),
	'['.repeat(100_000),
	'{'.repeat(100_000),
	'{a,'.repeat(20_000),
	'\\'.repeat(100_001),
	'{a,b}'.repeat(9),
	'{a,{b,{c,{d,e}}}}',
	'[[:alpha:]'.repeat(3000),
	'/'.repeat(100_000),
	'{,}'.repeat(9),
	'**/*/'.repeat(300),
	...Array.from({length: 3000}, () => make(1 + Math.floor(random() * 40))),
];

for (const glob of globs) {
	try {
		const matches = compileGlob(glob, ['/var/log']);

		for (const name of names) {
			matches(name);
		}
	} catch (error) {
		if (!(error instanceof RangeError) || error.message.includes('stack')) {
			throw error;
		}
	}
}

// What is typed to find names, on as many as a list may have.
const text = names.map(String);

for (const filter of ['******x', '*a*a*a*a*a*a*x', '?*?*?*?*?*?x', '*'.repeat(200)]) {
	const matches = compileWildcards(filter);

	for (let round = 0; round < 1000; round++) {
		matches(text[round % text.length]!.slice(0, 255));
	}
}
