/*
A row of the list of outcomes as text.
*/
import {groupText} from '../../report/words/failures.ts';
import {noteText} from '../../report/words/note-words.ts';
import {
	type FileOutcome,
	linkedText,
	outcomeWords,
	vanishedText,
} from '../../report/words/outcomes.ts';
import {
	formatBytes,
	formatCount,
	formatPercent,
	formatRatio,
} from '../../text/format.ts';
import {
	fitEnd,
	fitStart,
	truncateEnd,
	truncateMiddle,
} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Tone} from '../kit/theme.ts';
import type {OutcomeRow} from './outcome-row.ts';
import {type OutcomeColumns, wordWidth} from './run-layout.ts';
import {amountText} from './run-view.ts';

type FileRow = OutcomeRow & {readonly name: string};

type Figures = {
	/** The width from which both sizes are shown, and from which one is. */
	readonly both: string;
	readonly one: string;
	readonly ratio: string;
};

function figuresOf({outcome}: FileRow): Figures {
	switch (outcome.word) {
		case 'done':
		case 'reused': {
			const {bytesIn, bytesOut} = outcome;
			return {both: `${formatBytes(bytesIn)} ${glyphs.arrow} ${formatBytes(bytesOut)}`, one: formatBytes(bytesIn), ratio: formatRatio(bytesIn, bytesOut)};
		}

		case 'copying': {
			const {bytes_done: done, total_bytes: total} = outcome.file;
			return {both: amountText(outcome.file), one: formatBytes(total), ratio: total > 0 ? formatPercent(Math.min(1, done / total)) : ''};
		}

		case 'checking':
		case 'waiting':
		case 'not done': {
			const bytes = outcome.bytes === undefined ? '' : formatBytes(outcome.bytes);
			return {both: bytes, one: bytes, ratio: ''};
		}

		case 'vanished':
		case 'failed': {
			return {both: '', one: '', ratio: ''};
		}
	}
}

/** The tone of a row's tag. */
export function outcomeTone(row: OutcomeRow): Tone {
	const word = row.name === undefined ? (row.reason === undefined ? 'waiting' : 'failed') : row.outcome.word;
	const tones: Readonly<Record<typeof word, Tone>> = {
		done: 'good', reused: 'good', vanished: 'warning', failed: 'bad', copying: 'strong', checking: 'plain', waiting: 'faint', 'not done': 'warning',
	};
	return tones[word];
}

/** A file's outcome or activity, in a word. */
const wordOf = ({word}: FileRow['outcome']): string =>
	Object.hasOwn(outcomeWords, word) ? outcomeWords[word as FileOutcome] : word;

/** The word for what became of it, and the rest, cut to their columns. */
export function outcomeCells(row: OutcomeRow, {row: width, name, both, figure, ratio}: OutcomeColumns): {readonly word: string; readonly text: string} {
	if (row.name === undefined) {
		return row.reason === undefined
			? {word: 'waiting', text: fitStart(formatCount(row.count, 'more file'), width)}
			: {word: outcomeWords.failed, text: fitStart(groupText(row.count, row.reason), width)};
	}

	const {outcome} = row;
	const word = wordOf(outcome);

	if (outcome.word === 'failed' && row.isGrouped) {
		return {word: '', text: fitStart(`  ${truncateMiddle(row.name, width - 2)}`, width)};
	}

	if (outcome.word === 'failed') {
		const room = Math.max(Math.floor(width / 2), width - outcome.reason.length - 2);
		return {word, text: fitStart(truncateEnd(`${truncateMiddle(row.name, room)}: ${outcome.reason}`, width), width)};
	}

	const figures = figuresOf(row);
	const remark = 'notes' in outcome && outcome.notes.length > 0 ? ` (${outcome.notes.join(', ')})` : '';
	const named = `${truncateMiddle(row.name, Math.max(Math.floor(name / 2), name - remark.length))}${remark}`;
	return {
		word,
		text: fitStart(`${fitStart(named, name)}  ${fitEnd(both > 0 ? figures.both : figures.one, both + figure)}${ratio > 0 ? `  ${fitEnd(figures.ratio, ratio)}` : ''}`, width),
	};
}

/** The heads over the columns. */
export function outcomeHeads({row, name, both, figure, ratio}: OutcomeColumns): string {
	const heads = `${fitStart('NAME', name)}  ${fitEnd(both > 0 ? `SIZE ${glyphs.arrow} COPY` : 'SIZE', both + figure)}${ratio > 0 ? `  ${fitEnd('RATIO', ratio)}` : ''}`;
	return ` ${'OUTCOME'.padEnd(wordWidth)}${fitStart(heads, row)}`;
}

/** All that is known of a file, its name and its reason in full. */
export function outcomeDetail(row: OutcomeRow): string {
	if (row.name === undefined) {
		return row.reason === undefined ? 'This run was started elsewhere: what waits in it is known by number only.' : groupText(row.count, row.reason);
	}

	const {outcome, name} = row;

	switch (outcome.word) {
		case 'failed': {
			return `${name}: ${outcome.reason}`;
		}

		case 'vanished': {
			return `${name}: ${vanishedText}`;
		}

		case 'done':
		case 'reused': {
			const parts = [
				`${formatBytes(outcome.bytesIn)} ${glyphs.arrow} ${formatBytes(outcome.bytesOut)}`,
				...(outcome.word === 'reused' ? [`unchanged, ${linkedText(undefined)}`] : []),
				...outcome.notes.map(note => noteText(note)),
			];
			return `${name}: ${parts.join('; ')}`;
		}

		case 'checking': {
			return `${name}: read to its end; its copy is read back and synced`;
		}

		case 'copying':
		case 'waiting': {
			return name;
		}

		case 'not done': {
			return `${name}: was not copied before the run ended`;
		}
	}
}
