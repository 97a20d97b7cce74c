import type {Change, ChangeKind} from '../../set/compare.ts';
import {displayName} from '../../text/display-name.ts';
import {formatBytes} from '../../text/format.ts';
import {back} from '../keys/key-bindings.ts';
import type {Screen} from '../keys/screen.ts';
import {glyphs} from '../kit/glyphs.ts';
import {blank, paragraph, type PageLine} from '../kit/page-lines.ts';
import type {Tone} from '../kit/theme.ts';
import {setsHeading} from './sets-heading.ts';
import {lastKeys} from './sets-keys.ts';
import type {SetsSlice} from './sets-state.ts';
import {goBack} from './sets-steps.ts';

const kinds: ReadonlyArray<readonly [kind: ChangeKind, word: string, tone: Tone]> = [
	['gone', 'gone', 'warning'], ['changed', 'changed', 'warning'], ['added', 'added', 'good'], ['grown', 'grown', 'plain'], ['rotated', 'renamed', 'plain'],
];

function changeText({kind, before, after}: Change, word: string): string {
	const name = displayName((after ?? before!).path);
	const size = (after ?? before)?.bytesIn;
	const amount = size === undefined ? '' : (kind === 'grown' ? `+${formatBytes(size - (before?.bytesIn ?? 0))}` : formatBytes(size));
	return `${word.padEnd(8)} ${amount.padStart(7)}  ${kind === 'rotated' ? `${displayName(before!.path)} ${glyphs.arrow} ${name}` : name}`;
}

function diffLines({browse: {comparison}, size: {columns}}: SetsSlice): readonly PageLine[] {
	if (!comparison) {
		return paragraph(`Comparing${glyphs.more}`, columns, 'faint');
	}

	const {older, newer, changes} = comparison;
	const byKind = Map.groupBy(changes, ({kind}) => kind);
	const counts = [...kinds.map(([kind, word]) => [kind, word] as const), ['unchanged', 'unchanged'] as const]
		.map(([kind, word]) => `${(byKind.get(kind)?.length ?? 0).toLocaleString('en-US')} ${word}`);
	const rows = kinds.flatMap(([kind, word, tone]) => (byKind.get(kind) ?? []).flatMap(change => paragraph(changeText(change, word), columns, tone)));
	return [
		...paragraph(`From ${older} to ${newer}`, columns, 'strong'),
		...paragraph(counts.join(', '), columns),
		blank,
		...(rows.length > 0 ? rows : paragraph('Every file is the same in both.', columns)),
	];
}

/** How two sets differ. */
export const diffScreen = {
	title: 'How two sets differ',
	phase: 'browsing',
	keys: {diff: [back(['escape', 'q', 'enter', '='], 'to the sets'), ...lastKeys]},
	context: () => 'diff',
	commands: {back: state => goBack(state, 'sets')},
	heading: setsHeading,
	lines: diffLines,
} as const satisfies Screen<SetsSlice, 'back', 'diff'>;
