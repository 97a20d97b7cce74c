import {
	changedName,
	changedSize,
	changeWords,
	changeCountsText,
} from '../../report/words/changes.ts';
import type {Change, ChangeKind} from '../../set/set-differences.ts';
import {back} from '../keys/key-bindings.ts';
import type {Screen} from '../keys/screen.ts';
import {glyphs} from '../kit/glyphs.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import type {Tone} from '../kit/theme.ts';
import {setsHeading} from './sets-heading.ts';
import {lastKeys} from './sets-keys.ts';
import type {SetsSlice} from './sets-state.ts';
import {goBack} from './sets-steps.ts';

/** In the order in which they are listed. */
const listedKinds: ReadonlyArray<readonly [kind: Exclude<ChangeKind, 'unchanged'>, tone: Tone]> = [
	['gone', 'warning'], ['changed', 'warning'], ['added', 'good'], ['grown', 'plain'], ['rotated', 'plain'],
];

const changeText = (change: Change) => `${changeWords[change.kind].padEnd(8)} ${(changedSize(change) ?? '').padStart(7)}  ${changedName(change, glyphs.arrow)}`;

function diffLines({browse: {comparison}, size: {columns}}: SetsSlice): readonly PageLine[] {
	if (!comparison) {
		return paragraph(`Comparing${glyphs.more}`, columns, 'faint');
	}

	const {older, newer, changes} = comparison;
	const byKind = Map.groupBy(changes, ({kind}) => kind);
	const rows = listedKinds.flatMap(([kind, tone]) => (byKind.get(kind) ?? []).flatMap(change => paragraph(changeText(change), columns, tone)));
	return [
		...paragraph(`From ${older} to ${newer}`, columns, 'strong'),
		...paragraph(changeCountsText(changes), columns),
		blank,
		...(rows.length > 0 ? rows : paragraph('Every file is the same in both.', columns)),
	];
}

/** The differences between two sets. */
export const diffScreen = {
	title: 'How two sets differ',
	phase: 'browsing',
	keys: {diff: [back(['escape', 'q', 'enter', '='], 'to the sets'), ...lastKeys]},
	context: () => 'diff',
	commands: {back: state => goBack(state, 'sets')},
	heading: setsHeading,
	lines: diffLines,
} as const satisfies Screen<SetsSlice, 'back', 'diff'>;
