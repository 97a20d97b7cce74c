import {largestOf} from '../../text/lists.ts';
import {glyphs} from '../kit/glyphs.ts';
import {
	blank,
	labelled,
	paragraph,
	type PageLine,
} from '../kit/page-lines.ts';
import type {State} from '../state.ts';
import {keyLabel} from './key-names.ts';
import {type KeyContext, keyTable} from './key-table.ts';
import {keyContext} from './meanings.ts';

const titles: Readonly<Record<State['screen'], string>> = {
	exists: 'Today\'s backup exists',
	review: 'Choosing what to back up',
	command: 'The same without questions',
	confirm: 'Before the start',
	run: 'While the backup runs',
	summary: 'When the backup is over',
	sets: 'The sets there are',
	set: 'The files of a set',
	diff: 'How two sets differ',
	restoreTo: 'Where to restore to',
	restorePlan: 'Before files are restored',
	removal: 'Before a set is deleted',
	task: 'While it works',
};

const aboutMarks: ReadonlyArray<readonly [sign: string, meaning: string]> = [
	['[x]', 'will be backed up'],
	['[ ]', 'is left out'],
	['', 'without a box: can\'t be backed up; NOTE says why'],
];

const aboutBars = `SIZE is that of all copies in a set, NEW what no older set has too. Of the bars ${glyphs.filled} is new, ${glyphs.empty} is linked from older sets and takes no space.`;

const aboutRun = 'The backup runs in a process of its own. If this screen or the connection is lost, it goes on.';

function keyLines(context: KeyContext, width: number): readonly PageLine[] {
	const bindings = keyTable[context].map(({keys, help}) => ({label: keys.map(key => keyLabel(key)).join(' '), help}));
	const indent = largestOf(bindings.map(({label}) => label.length)) + 2;
	return bindings.flatMap(({label, help}) => labelled(label, help, {width, indent}));
}

/** The help for the screen it lies over, drawn from the key table. */
export function helpLines(state: State): readonly PageLine[] {
	const {screen, size: {columns}} = state;
	const context = screen === 'review' || screen === 'exists' ? screen : keyContext({...state, isHelpOpen: false});
	const keys = [...paragraph(titles[screen], columns, 'strong'), blank, ...keyLines(context, columns)];

	if (screen === 'review') {
		return [...keys, blank, ...aboutMarks.flatMap(([sign, meaning]) => labelled(sign, meaning, {width: columns, indent: 5}))];
	}

	if (screen === 'sets') {
		return [...keys, blank, ...paragraph(aboutBars, columns)];
	}

	return screen === 'run' || screen === 'confirm' ? [...keys, blank, ...paragraph(aboutRun, columns)] : keys;
}
