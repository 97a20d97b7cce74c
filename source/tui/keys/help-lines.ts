import {largestOf} from '../../text/lists.ts';
import {
	blank,
	labelled,
	paragraph,
	type PageLine,
} from '../kit/page-lines.ts';
import type {KeyTable} from './key-bindings.ts';
import {keyLabel} from './key-names.ts';

/** Said wherever a run is begun, or under way. */
export const aboutRun = 'The backup runs in a process of its own. It continues if this screen or the connection is lost.';

function keyLines(table: KeyTable, width: number): readonly PageLine[] {
	const bindings = table.map(({keys, help}) => ({label: keys.map(key => keyLabel(key)).join(' '), help}));
	const indent = largestOf(bindings.map(({label}) => label.length)) + 2;
	return bindings.flatMap(({label, help}) => labelled(label, help, {width, indent}));
}

/** The help for a screen: its title, its keys, and what else is to be known. `width` in cells. */
export const helpLines = ({title, table, about}: {
	readonly title: string;
	readonly table: KeyTable;
	readonly about: readonly PageLine[];
}, width: number): readonly PageLine[] => [
	...paragraph(title, width, 'strong'),
	blank,
	...keyLines(table, width),
	...(about.length > 0 ? [blank, ...about] : []),
];
