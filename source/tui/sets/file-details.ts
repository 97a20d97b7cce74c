/*
Details of the file at the cursor, for the pane beside or below the files of a set.
*/
import {copiedRecordsText} from '../../report/words/day-words.ts';
import {noteText} from '../../report/words/note-words.ts';
import {linkedText, missingText} from '../../report/words/outcomes.ts';
import {isNote} from '../../set/notes.ts';
import {formatBytes, formatMode, localTime} from '../../text/format.ts';
import {displayName, displayText} from '../../text/display-name.ts';
import {wrapWords} from '../kit/columns.ts';
import type {PageLine} from '../kit/page-lines.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import {rowNote} from '../tree/tree-text.ts';
import type {SetItem} from './browser.ts';
import {setItemOf} from './set-tree.ts';
import type {OpenedState} from './sets-state.ts';

const labelWidth = 10;

type Fact = readonly [label: string, text: string];

function outcomeText({file: {record, stored}}: SetItem & {readonly kind: 'copy'}): string {
	if (!record) {
		return 'found; no manifest tells of it';
	}

	const how = record.reusedFrom === undefined ? 'copied' : `unchanged, ${linkedText(record.reusedFrom)}`;
	return `${how}${stored === 'as-is' ? ', stored as is' : ''}${record.isVerified ? ', checked' : ''}`;
}

function copyFacts(item: SetItem & {readonly kind: 'copy'}): readonly Fact[] {
	const {file: {record, file}, facts: {bytesIn, bytesOut}, owner} = item;
	const size = [
		...(bytesIn === undefined ? [] : [formatBytes(bytesIn)]),
		bytesOut === undefined ? 'the copy is missing' : `${formatBytes(bytesOut)} as a copy`,
	];
	const records = copiedRecordsText(record);
	return [
		['Outcome', outcomeText(item)],
		['Size', size.join(', ')],
		...(records === undefined ? [] : [['Entries', records] as const]),
		...record?.notes.map(note => ['Note', isNote(note) ? noteText(note) : displayText(note)] as const) ?? [],
		...(record
			? [
				['Owner', owner ?? `${record.source.uid}:${record.source.gid}`] as const,
				['Mode', `${formatMode(Number.parseInt(record.source.mode, 8))} ${displayText(record.source.mode)}`] as const,
				['Modified', localTime(Number(BigInt(record.source.mtime_ns) / 1_000_000n))] as const,
			]
			: []),
		['Copy', displayName(file)],
		...(record ? [['SHA-256', record.sha256] as const] : []),
	];
}

const wrapFact = ([label, text]: Fact, width: number): readonly PageLine[] =>
	wrapWords(text, Math.max(8, width - labelWidth)).map((line, index) => ({text: (index === 0 ? label : '').padEnd(labelWidth) + line}));

/** All that the pane shows, in no more lines than it has. */
export function fileDetails(opened: OpenedState, {width, height}: {readonly width: number; readonly height: number}): readonly PageLine[] {
	const row = currentRow(opened.files);

	if (!row) {
		return [];
	}

	const item = setItemOf(opened, row);
	const title: readonly PageLine[] = height < 8 ? [] : wrapWords(row.name, width).map(text => ({text, tone: 'strong'}));
	const folder = folderOf(opened.files, row);
	const text = item?.kind === 'missing' ? missingText(item.missing) : rowNote({row, folder});
	const body: readonly PageLine[] = item?.kind === 'copy'
		? copyFacts(item).flatMap(fact => wrapFact(fact, width))
		: wrapWords(text, width).map(line => ({text: line, ...(item && {tone: 'bad' as const})}));
	return [...title, ...body].slice(0, height);
}
