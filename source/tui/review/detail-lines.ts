/*
Details of the row at the cursor, for the pane beside or below the list.
*/
import type {Inspection} from '../../backup/inspect.ts';
import type {EntryKind} from '../../origin/entry.ts';
import {
	formatAge,
	formatBytes,
	formatCount,
	formatMode,
	formatNumber,
	localTime,
} from '../../text/format.ts';
import {truncateEnd, truncateMiddle, wrapWords} from '../kit/columns.ts';
import type {PageLine} from '../kit/page-lines.ts';
import {markSign} from '../tree/tree-marks.ts';
import {type Folder, folderOf} from '../tree/tree-state.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Tone} from '../kit/theme.ts';
import {growthText, isUnchangedRow} from './past.ts';
import {contentLines} from './content-lines.ts';
import {copyOf} from './forecast.ts';
import {folderLines, unreadableFiles} from './folder-lines.ts';
import type {ReviewRow, ReviewState} from './review-state.ts';

const kinds = {
	file: 'file', directory: 'directory', symlink: 'symbolic link', fifo: 'named pipe', socket: 'socket', device: 'device', stream: 'day of the journal',
} as const satisfies Readonly<Record<EntryKind, string>>;

type Known = Extract<Inspection, {kind: 'known'}>;

/** Number of the row that the details are of; nothing while a list that is read anew has not come to it. */
function detailedNumber({rows, details}: ReviewState): number | undefined {
	if (!details) {
		return undefined;
	}

	const number = rows[details.number]?.key === details.key ? details.number : rows.findIndex(({key}) => key === details.key);
	return number === -1 ? undefined : number;
}

function folderOutcome(review: ReviewState, folder: Folder, unit = 'file'): string {
	const {files, marked, isRead} = folder;

	if (files === 0) {
		return isRead ? 'Nothing in it can be backed up.' : 'Still being read.';
	}

	if (marked === 0) {
		return `Left out, with the ${formatCount(files, unit)} in it.`;
	}

	const unreadable = unreadableFiles(review, folder);
	return `${formatNumber(marked - unreadable)} of ${formatCount(files, unit)} in it will be backed up${unreadable === 0 ? '' : `; ${formatNumber(unreadable)} can't be read`}.`;
}

function copiedOutcome(review: ReviewState, row: ReviewRow, isBrief: boolean): string {
	const {past} = review;

	if (!row.isReadable) {
		return `Will be tried and fail: ${row.kind === 'stream' && row.reason !== undefined ? row.reason : 'no permission to read'}.`;
	}

	if (isUnchangedRow(past, row)) {
		return `Will be linked from the set of ${past.date ?? 'before'}, unchanged since: no new space.`;
	}

	const copied = copyOf(review, row);
	const otherwise = row.kind === 'stream' ? ', going by its part of the journal\'s files' : ', estimated from samples';
	const basis = past.files.get(row.key)?.before ? `, going by how it compressed on ${past.date ?? 'that day'}` : otherwise;
	return copied === undefined ? 'Will be copied.' : `Will be copied: about ${formatBytes(copied)}${copied === 0 || isBrief ? '' : basis}.`;
}

/** The outcome to expect for a row; if brief, without the reason. */
export function outcomeText(review: ReviewState, number: number, isBrief = false): string {
	const row = review.rows[number]!;
	const folder = folderOf(review, row);
	const sign = markSign(review, number);
	const {reason, kind, isSelected} = row;

	if (folder) {
		return folderOutcome(review, folder, row.unit);
	}

	if (sign === 'never') {
		return `Can't be backed up: ${reason ?? kinds[kind]}.`;
	}

	return sign === 'all' ? copiedOutcome(review, row, isBrief) : `Left out: ${reason !== undefined && !isSelected ? reason : 'not marked'}.`;
}

function growthSentence({past}: ReviewState, row: ReviewRow): readonly string[] {
	const growth = growthText(past, row);
	const before = past.files.get(row.key)?.before;
	return growth === undefined || !before ? [] : [`It ${growth} since ${past.date ?? 'then'}: ${formatBytes(before.size)} then.`];
}

const when = (time: number, now: number) => `${localTime(time)} (${formatAge(time, now)})`;

/** Facts about the row, each a label and a text. */
function knownFacts({kind}: ReviewRow['entry'], known: Known, now: number): ReadonlyArray<readonly [label: string, text: string]> {
	const {owner, group, mode, modified, changed, size, allocated, inode, links, target} = known;
	return [
		['Kind', kinds[kind] + (target === undefined ? '' : ` ${glyphs.arrow} ${target}`)],
		['Owner', `${owner}:${group}`],
		['Mode', `${formatMode(mode)} ${mode.toString(8).padStart(4, '0')}`],
		...(kind === 'file' ? [['Size', `${formatBytes(size)}, ${formatBytes(allocated)} on disk`] as const] : []),
		['Modified', when(modified, now)],
		['Changed', when(changed, now)],
		['Inode', inode + (links > 1 && kind !== 'directory' ? `, ${formatNumber(links)} hard links` : '')],
	];
}

/** The same in as few lines as can be, the most telling first. */
function shortFacts(entry: ReviewRow['entry'], known: Known, now: number): readonly string[] {
	const facts = new Map(knownFacts(entry, known, now));
	const join = (parts: ReadonlyArray<string | undefined>) => parts.filter(part => part !== undefined).join(', ');
	return [
		join([facts.get('Kind'), facts.get('Size'), facts.get('Owner'), facts.get('Mode')]),
		`modified ${facts.get('Modified') ?? ''}, changed ${facts.get('Changed') ?? ''}, inode ${facts.get('Inode') ?? ''}`,
	];
}

/** What its source tells of a stream, and nobody has read yet. */
function streamFacts({kind, size, records}: ReviewRow['entry']): ReadonlyArray<readonly [label: string, text: string]> {
	const moment = (time: number) => `${new Date(time / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
	return kind === 'stream' && records
		? [
			['Kind', kinds[kind]],
			['Entries', `${records.isExact ? '' : 'about '}${formatNumber(records.count)}`],
			['First', moment(records.first)],
			['Last', moment(records.last)],
			['Size', `about ${formatBytes(size)}, known once it is exported`],
		]
		: [];
}

type Room = {
	/** Cells and rows. */
	readonly width: number;
	readonly height: number;
};

const wrapped = (text: string, width: number, tone: Tone = 'plain'): readonly PageLine[] => wrapWords(text, width).map(line => ({text: line, tone}));

const labelWidth = 10;

/** Rows from which on each fact has a line of its own; and below which only facts missing in the list are shown. */
const roomy = 20;
const tight = 8;

function factLines(row: ReviewRow, inspection: Inspection | undefined, {width, height, now}: Room & {readonly now: number}): readonly PageLine[] {
	const {entry} = row;

	if (entry.from !== undefined) {
		return streamFacts(entry).flatMap(([label, text]) => wrapWords(text, width - labelWidth).map((line, index) => ({text: (index === 0 ? label : '').padEnd(labelWidth) + line})));
	}

	if (inspection?.kind !== 'known') {
		return [{text: truncateEnd(inspection?.reason ?? `Reading${glyphs.more}`, width), tone: 'faint'}];
	}

	if (height < tight) {
		const {owner, group, mode, modified} = inspection;
		return [`${owner}:${group}, ${formatMode(mode)} ${mode.toString(8).padStart(4, '0')}`, `modified ${when(modified, now)}`].flatMap(text => wrapped(text, width));
	}

	return height < roomy
		? shortFacts(entry, inspection, now).flatMap(text => wrapped(text, width))
		: knownFacts(entry, inspection, now).flatMap(([label, text]) =>
			wrapWords(text, width - labelWidth).map((line, index) => ({text: (index === 0 ? label : '').padEnd(labelWidth) + line})));
}

/** All that the pane shows, in no more lines than it has. `source` is the path of the source, as text for a person. */
export function detailLines(review: ReviewState, source: string, room: Room): readonly PageLine[] {
	const number = detailedNumber(review);
	const row = number === undefined ? undefined : review.rows[number];

	if (number === undefined || !row) {
		return [];
	}

	const {width, height} = room;
	const isRoomy = height >= roomy;
	const isTight = height < tight;
	const gap: readonly PageLine[] = isRoomy ? [{text: ''}] : [];
	const path = row.group === undefined ? `${source === '/' ? '' : source}/${row.name}` : row.name;
	const inspection = review.details?.inspection;
	const title = isRoomy ? wrapped(path, width, 'strong') : [{text: truncateMiddle(path, width), tone: 'strong'} as const];
	const top = [
		...(isTight ? [] : title),
		...gap,
		...wrapped(outcomeText(review, number, isTight), width),
		...(isTight ? [] : growthSentence(review, row)).flatMap(text => wrapped(text, width, 'warning')),
		...gap,
		...factLines(row, inspection, {...room, now: review.now}),
	];
	const content = inspection?.kind === 'known' ? inspection.content : undefined;
	// A line or two of what is in it tell more than the last of the facts.
	const isTold = content !== undefined || row.folder !== undefined;
	const facts = top.slice(0, isTold ? Math.max(1, height - (isTight ? 1 : 2)) : height);
	const rest = height - facts.length - gap.length;
	const folder = folderOf(review, row);
	return folder
		? [...facts, ...[...gap, ...folderLines(review, folder, {width, height})].slice(0, height - facts.length)]
		: [...facts, ...(content ? [...gap, ...contentLines(content, rest, width)] : [])];
}
