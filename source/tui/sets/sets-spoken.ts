/*
The screens of the sets for a screen reader: the row of the cursor in place of a list, steps of ten in place of a bar.
*/
import {sizeOf} from '../../report/words/set-columns.ts';
import {formatBytes, formatCount} from '../../text/format.ts';
import {markSign} from '../tree/tree-marks.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import {rowNote} from '../tree/tree-text.ts';
import type {SpokenItem} from '../spoken.ts';
import type {State} from '../state.ts';
import {fileDetails} from './file-details.ts';
import {openedTotals} from './opened-text.ts';
import {itemRemark} from './set-tree.ts';
import {
	isFuture,
	setDetail,
	setsTotals,
} from './sets-text.ts';
import {nameText} from './sets-state.ts';
import {taskSummary} from './task.ts';

const endless = {width: 2000, height: 14} as const;

const join = (parts: readonly string[]) => parts.filter(part => part !== '').join(', ');

const place = (cursor: number, count: number) => `${(cursor + 1).toLocaleString('en-US')} of ${count.toLocaleString('en-US')}`;

const said = (text: string | undefined): readonly SpokenItem[] => text === undefined || text === '' ? [] : [{text}];

function spokenSets({browse}: State): readonly SpokenItem[] {
	const {sets, cursor, message, partner, isListing, today} = browse;
	const row = sets[cursor];

	if (!row) {
		return said(isListing ? 'Reading the sets.' : setsTotals(browse));
	}

	const {name, state, head, bytesNew} = row;
	const size = sizeOf(row);
	return [
		...said(message),
		...said(partner && `Compare ${nameText(partner)} with which set?`),
		{
			role: 'listitem',
			text: join([
				name.date,
				state ?? 'not read yet',
				head ? formatCount(head.filesDone, 'file') : '',
				head && head.filesFailed > 0 ? `${head.filesFailed} failed` : '',
				size === undefined ? '' : formatBytes(size),
				bytesNew === undefined ? '' : `${formatBytes(bytesNew)} new`,
				place(cursor, sets.length),
			]),
		},
		...said(!head || isFuture(row, today) ? setDetail(row, today) : undefined),
	];
}

function spokenSet({browse: {opened, message}}: State): readonly SpokenItem[] {
	if (!opened || opened.isReading) {
		return said('Reading the set.');
	}

	const {files} = opened;
	const {filter, isTyping, cursor, order} = files;
	const row = currentRow(files);
	const number = order[cursor];
	const find: readonly SpokenItem[] = isTyping || filter !== '' ? [{role: 'textbox', text: `find ${filter}, ${formatCount(order.length, 'row')}`}] : [];

	if (!row || number === undefined) {
		return [...find, ...said(filter === '' ? 'Nothing in this set.' : 'Nothing has that in its name.')];
	}

	const sign = markSign(files, number);
	const folder = folderOf(files, row);
	const details = files.isDetailed ? fileDetails(opened, endless) : [];
	return [
		...find,
		...said(message ?? files.message),
		{
			role: sign === 'never' ? 'listitem' : 'checkbox',
			state: {checked: sign === 'all', expanded: folder?.isOpen ?? false},
			text: join([row.name, formatBytes(folder?.bytes ?? row.bytes ?? 0), rowNote({row, folder, ...itemRemark(opened, row)}), place(cursor, order.length)]),
		},
		...details.map(({text}) => ({text: text.trim().replaceAll(/ +/gv, ' ')})),
		...said(`${openedTotals(opened)}.`),
	];
}

/** What is to be read out of a screen of the sets; nothing of one that is a page of text. */
export function spokenBrowse(state: State): readonly SpokenItem[] {
	const {screen, browse: {task}} = state;

	if (screen === 'task' && task && !task.end) {
		return [
			...said(task.stop === 'asking' ? 'Stop it? It goes on meanwhile.' : undefined),
			{role: 'progressbar', state: {busy: task.stop === 'stopping'}, text: `${taskSummary(task)}, ${Math.floor(task.fraction * 10) * 10} percent`},
			...said(task.troubles.length > 0 ? formatCount(task.troubles.length, 'problem') : undefined),
		];
	}

	return screen === 'sets' ? spokenSets(state) : (screen === 'set' ? spokenSet(state) : []);
}
