import {once} from 'node:events';
import {syncJournal} from '../journal/journalctl.ts';
import type {Entry} from './entry.ts';
import {isOpenJournal} from './selection.ts';

/** Has journald write down what it has received, where files that it writes to are about to be copied. Does not wait for that once the signal is aborted. Never rejects. */
export async function settleJournal(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
	if (signal.aborted || entries.every(({kind, path}) => kind !== 'file' || !isOpenJournal(path))) {
		return;
	}

	const waiting = new AbortController();

	try {
		await Promise.race([syncJournal(), once(signal, 'abort', {signal: waiting.signal})]);
	} finally {
		waiting.abort();
	}
}
