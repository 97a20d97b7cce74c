/* What would be saved is shown whole, however narrow and low the terminal is. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {DerivedRules} from '../../../source/origin/derive-rules.ts';
import {pageHeight} from '../../../source/tui/kit/layout.ts';
import {cellWidth} from '../../../source/tui/kit/columns.ts';
import {actionFor} from '../../../source/tui/meanings.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {screens} from '../../../source/tui/screens.ts';
import type {State} from '../../../source/tui/state.ts';
import {
	after,
	begin,
	filesOf,
	scanned,
} from '../../support/screen-fixtures.ts';

const names = Array.from({length: 40}, (_, index) => `"app-${index}.log"`);

const plan = {
	file: '/etc/x.toml', shownFile: '/etc/x.toml', before: '', after: '', isSame: false,
	difference: [{sign: '+', text: `exclude = [${names.join(', ')}]`}, {sign: '+', text: 'source = "/var/log"'}],
} as const;

const asked = (columns: number, rows: number, found: Partial<DerivedRules> = {}): State => ({
	...scanned(filesOf(3), begin(columns, rows)), screen: 'save', saving: {
		base: 'review', plan, found: {
			rules: {
				include: [], exclude: [], followSymlinks: false, recursive: false,
			}, named: 0, omitted: [], added: [], ...found,
		},
	},
});

test('all of a long line can be read, and the end of the page can be got to by page', () => {
	const state = asked(40, 12);
	const lines = pageLines(state).map(({text, indent = 0}) => ' '.repeat(indent) + text);
	assert.ok(lines.every(line => cellWidth(line) <= 40));
	const words = new Set(lines.flatMap(line => line.split(/[\s,\[\]]+/v)));
	assert.deepEqual(names.filter(name => !words.has(name)), []);
	let below = state;

	for (const _ of lines) {
		below = after(below, actionFor('save', 'pagedown')!);
	}

	assert.equal(below.pageTop, lines.length - pageHeight(state.size));
	assert.equal(after(below, actionFor('save', 'home')!).pageTop, 0);
});

test('where rules name single files, it is said what becomes of others that come later', () => {
	const rules = {
		include: [], exclude: [], followSymlinks: false, recursive: false,
	};
	const said = (found: Partial<DerivedRules>) => {
		const [usual, text] = [{}, found].map(each => pageLines(asked(100, 40, each)).map(line => line.text).join('\n'));
		return text === usual ? 'nothing' : /\b(?:taken|left out)\b/v.exec(text!)?.[0];
	};

	assert.equal(said({named: 0}), 'nothing');
	assert.equal(said({named: 3, rules: {...rules, exclude: ['a', 'b', 'c']}}), 'taken');
	assert.equal(said({named: 1, rules: {...rules, include: ['*', 'b/c']}}), 'taken');
	assert.equal(said({named: 2, rules: {...rules, include: ['a', 'b']}}), 'left out');
});

test('Enter is offered for saving only as long as there is something to be saved', () => {
	const state = asked(80, 24);
	const offered = (changes: Partial<State['saving'] & {}>) => screens.save.footers({...state, saving: {...state.saving!, ...changes}}).save;
	assert.equal(offered({}), undefined);
	assert.equal(offered({isSaved: true}), '');
	assert.equal(offered({problem: {message: 'it cannot be written'}}), '');
	assert.equal(offered({plan: {...plan, isSame: true}}), '');
});
