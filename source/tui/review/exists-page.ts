import {
	capitalize,
	formatBytes,
	formatCount,
	formatNumber,
	localTime,
} from '../../text/format.ts';
import {
	type Binding,
	everywhere,
	help,
	interrupt,
	type KeyTable,
	moves,
	retry,
} from '../keys/key-bindings.ts';
import type {Screen} from '../keys/screen.ts';
import type {Move} from '../kit/list-window.ts';
import {routeHeading} from '../kit/facts.ts';
import {failureLines} from '../kit/failure-lines.ts';
import {
	blank,
	labelled,
	paragraph,
	type PageLine,
} from '../kit/page-lines.ts';
import type {ExistingSet} from './existing-set.ts';
import {openSetsKey} from './review-keys.ts';
import type {ReviewSlice} from './review-state.ts';

/** The facts about a set, by label. */
export function existingSetFacts(set: ExistingSet): ReadonlyArray<readonly [label: string, text: string]> {
	const rows: ReadonlyArray<readonly [label: string, text: string | undefined]> = [
		['Set', set.directory],
		['Finished', set.finished && localTime(set.finished)],
		['Files', set.files === undefined ? undefined : formatNumber(set.files)],
		['Failed', set.failed === undefined ? undefined : (set.failed === 0 ? 'none' : formatCount(set.failed, 'file'))],
		['Size', set.bytesOut === undefined ? undefined : formatBytes(set.bytesOut)],
	];
	return rows.flatMap(([label, text]) => text === undefined ? [] : [[label, text] as const]);
}

/** Whether files can be added to it: only where it tells what is in it. */
const canAdd = ({problem, isForeign}: ExistingSet): boolean => problem === undefined && !isForeign;

/** The page shown instead of the list where today's set exists. `width` in cells. */
function existsLines(set: ExistingSet, date: string, width: number): readonly PageLine[] {
	const isFailed = (set.failed ?? 0) > 0;
	const failures = failureLines(set.failures ?? [], width);

	if (set.problem !== undefined) {
		return [
			...paragraph(`There is no backup for ${date}, and none can be made.`, width, 'bad'),
			blank,
			...paragraph(capitalize(set.problem.message), width),
			...(set.problem.remedy === undefined ? [] : [blank, ...paragraph(set.problem.remedy, width)]),
			blank,
			...paragraph('Nothing is read or written.', width),
		];
	}

	return [
		...paragraph(`Backup for ${date} already exists!`, width, 'strong'),
		blank,
		...existingSetFacts(set).flatMap(([label, text]) => labelled(label, text, {width, indent: 10, tone: label === 'Failed' && isFailed ? 'bad' : 'plain'})),
		...(set.isForeign ? [blank, ...paragraph('It was not made by this program, so nothing more is known of it.', width)] : []),
		...(failures.length > 0 ? [blank, ...failures, blank, ...paragraph('Press r to retry the failed files.', width)] : []),
		...(canAdd(set) ? [blank, ...paragraph('Press a to add more files to it.', width)] : []),
		blank,
		...paragraph('Nothing is read or written. To run it again today, rename this directory first.', width),
	];
}

const keys: KeyTable<'quit' | 'sets' | Move | 'help' | 'interrupt' | 'redraw' | 'suspend'> = [
	{
		keys: ['q', 'escape', 'enter'], command: 'quit', help: 'quit, nothing is written', footer: 'quit', isEssential: true,
	},
	openSetsKey,
	...moves,
	help,
	interrupt,
	...everywhere,
];

const add: Binding<'add'> = {
	keys: ['a'], command: 'add', help: 'choose more files, and add them to the same set', footer: 'add…', isEssential: true,
};

export const existsScreen = {
	title: 'Today\'s backup exists',
	phase: 'choosing',
	keys: {exists: keys, existsWhole: [add, ...keys], existsFailed: [retry, add, ...keys]},
	context({existing}) {
		if (!existing || !canAdd(existing)) {
			return 'exists';
		}

		return (existing.failures?.length ?? 0) > 0 ? 'existsFailed' : 'existsWhole';
	},
	commands: {},
	heading: ({facts}) => routeHeading(facts),
	lines: ({existing, facts, size}) => existing ? existsLines(existing, facts.date, size.columns) : [],
} as const satisfies Screen<ReviewSlice, never, 'exists' | 'existsWhole' | 'existsFailed', 'sets' | 'retry' | 'add'>;
