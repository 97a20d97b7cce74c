import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	deriveRules,
	escapeGlob,
	type MarkedEntry,
	type Rules,
} from '../../source/origin/derive-rules.ts';
import type {Entry} from '../../source/origin/entry.ts';

const usual: Rules = {
	include: [], exclude: [], recursive: false, followSymlinks: false,
};

const entryOf = (name: string | Buffer, kind: Entry['kind'] = 'file'): Entry => ({
	path: Buffer.from(name as string),
	kind,
	size: 1,
	allocated: 512,
	modified: 0,
	isReadable: true,
	...(kind === 'symlink' && {target: {kind: 'file', size: 1}}),
	...(kind === 'stream' && {from: 'journal'}),
});

const marked = (name: string | Buffer, kind?: Entry['kind']): MarkedEntry => ({entry: entryOf(name, kind), isFile: true, isMarked: true});
const unmarked = (name: string | Buffer, kind?: Entry['kind']): MarkedEntry => ({...marked(name, kind), isMarked: false});
const directory = (name: string): MarkedEntry => ({entry: entryOf(name, 'directory'), isFile: false, isMarked: false});

/** The rules that are found, as far as they differ from the usual ones; and what is said of them. */
function derive(list: readonly MarkedEntry[], given: Partial<Parameters<typeof deriveRules>[1]> = {}) {
	const found = deriveRules(list, {rules: usual, isComplete: true, ...given});

	if (!found) {
		return undefined;
	}

	const differing = Object.fromEntries(Object.entries(found.rules).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name as keyof Rules])));
	const texts = (entries: readonly Entry[]) => entries.map(({path}) => path.toString('latin1'));
	const inexact = {omitted: texts(found.omitted), added: texts(found.added)};
	return {...differing, named: found.named, ...(found.omitted.length + found.added.length > 0 && inexact)};
}

test('the fewest names are taken: of what is left out, or of what is taken', () => {
	assert.deepEqual(derive([marked('a.log'), marked('b.log')]), {named: 0});
	assert.deepEqual(derive([marked('a.log'), unmarked('b.log'), marked('c.log')]), {exclude: ['b.log'], named: 1});
	assert.deepEqual(derive([marked('a.log'), unmarked('b.log'), unmarked('c.log')]), {include: ['a.log'], named: 1});
	assert.equal(derive([unmarked('a.log')]), undefined);
	assert.equal(derive([]), undefined);
});

test('what was marked or unmarked together needs no names, by the last word on it', () => {
	const list = [marked('a.log'), unmarked('b.txt'), unmarked('c.txt')];
	const out = {glob: '*.txt', isMarked: false};
	assert.deepEqual(derive(list, {intentions: [out]}), {exclude: ['*.txt'], named: 0});
	assert.deepEqual(derive(list, {intentions: [{...out, isMarked: true}, out]}), {exclude: ['*.txt'], named: 0});
	const others = [unmarked('a.log'), marked('b.txt'), marked('c.txt'), unmarked('d')];
	assert.deepEqual(derive(others, {intentions: [{...out, isMarked: true}]}), {include: ['*.txt'], named: 0});
});

test('rules in force stay as far as they fit', () => {
	const rules = {...usual, exclude: ['*.gz']};
	const list = [marked('a.log'), unmarked('b.gz'), unmarked('c.log'), marked('d.log')];
	assert.deepEqual(derive(list, {rules}), {exclude: ['*.gz', 'c.log'], named: 1});
});

test('a directory of which all is marked is one name; one of which not all is known allows no rule', () => {
	const list = [unmarked('a.log'), directory('sub'), marked('sub/x'), marked('sub/y')];
	assert.deepEqual(derive(list), {include: ['sub'], recursive: true, named: 1});
	assert.equal(derive(list, {isComplete: false}), undefined);
	assert.equal(derive([marked('a.log'), unmarked('b.log'), directory('sub')], {isComplete: false})?.named, 1);
	assert.deepEqual(derive([...list, unmarked('sub/z'), unmarked('b.log')]), {include: ['sub/x', 'sub/y'], recursive: true, named: 2});
});

test('a name that is also one deeper down is told from that', () => {
	const list = [marked('a.log'), unmarked('b'), unmarked('c'), directory('sub'), unmarked('sub/a.log'), marked('sub/x')];
	assert.deepEqual(derive(list), {include: ['./a.log', 'sub/x'], recursive: true, named: 2});
});

test('a name that no text stands for is in no rule; where there is no other way, it is told what the rules do not do', () => {
	const odd = Buffer.from([0xFF]);
	assert.deepEqual(derive([marked('a.log'), unmarked(odd)]), {include: ['a.log'], named: 1});
	assert.deepEqual(derive([unmarked('a.log'), marked(odd)]), {exclude: ['a.log'], named: 1});
	const found = derive([marked('a.log'), unmarked('b.log'), marked(odd), unmarked(Buffer.from([0xFE]))])!;
	assert.equal([...found.omitted!, ...found.added!].length, 1);
	assert.deepEqual(derive([marked('a*'), unmarked('ab'), unmarked('c')]), {include: [String.raw`a\*`], named: 1});
	assert.equal(escapeGlob('a[b]{c}?'), String.raw`a\[b\]\{c\}\?`);
});

test('no more names than are allowed', () => {
	const list = [marked('a'), unmarked('b'), marked('c'), unmarked('d')];
	assert.deepEqual(derive(list, {mostNames: 2}), {exclude: ['b', 'd'], named: 2});
	assert.deepEqual(derive(list, {mostNames: 1}), {named: 0, omitted: [], added: ['b', 'd']});
});

test('a link that is marked is to be followed; streams are taken, or not, together', () => {
	assert.deepEqual(derive([marked('a'), marked('link', 'symlink')]), {followSymlinks: true, named: 0});
	assert.deepEqual(derive([marked('a'), marked('journal/2026-03-14', 'stream')]), {named: 0});
	assert.deepEqual(derive([marked('a'), unmarked('journal/2026-03-14', 'stream')]), {journal: false, named: 0});
	assert.equal(derive([marked('a'), unmarked('journal/2026-03-13', 'stream'), marked('journal/2026-03-14', 'stream')])?.named, 1);
});
