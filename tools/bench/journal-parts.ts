/* The journal: against journalctl and gzip, which make an export of it and pack that. */
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {
	type JournalEntry,
	message,
	micros,
	noJournals,
	writeJournal,
} from '../../test/support/journals.ts';
import {compare, sizeOf} from './compare.ts';
import {logText} from './corpus.ts';
import {measure} from './measure.ts';
import type {Part} from './parts.ts';
import {ours, type Program} from './programs.ts';
import {resultTable} from './table.ts';

/** Bytes, about. */
const lineLength = 110;
const dayLength = micros('1970-01-02T00:00:00Z');

/** Fields that services have beside their message. */
const more = [
	['_UID', '33'],
	['_GID', '33'],
	['_COMM', 'nginx'],
	['_EXE', '/usr/sbin/nginx'],
	['_CMDLINE', 'nginx: worker process'],
	['_SYSTEMD_UNIT', 'nginx.service'],
	['_SYSTEMD_SLICE', 'system.slice'],
	['_SYSTEMD_CGROUP', '/system.slice/nginx.service'],
	['SYSLOG_FACILITY', '3'],
] as const;

/** Lines of a log as entries of days, evenly spread. */
function * entriesOf(day: string, days: number, perDay: number): Generator<JournalEntry> {
	const begin = micros(`${day}T00:00:00Z`);
	const lines = logText(days * perDay * lineLength, begin / dayLength).toString().split('\n');

	for (let index = 0; index < days * perDay; index++) {
		yield message(begin + Math.floor(dayLength * index / perDay), lines[index % lines.length]!, more);
	}
}

/** Options of journalctl for the days in a directory. */
const exportOf = (directory: string, ...limits: readonly string[]) => ['journalctl', `--directory=${directory}`, '--output=export', '--all', '--no-pager', '--quiet', ...limits];

const shellWords = (words: readonly string[]) => words.map(word => `'${word}'`).join(' ');

const gzipOf = (directory: string, level: number): Program => ({
	name: `journalctl --output=export | gzip -${level}`,
	needs: 'journalctl',
	command: (_source, destination) => ['sh', '-c', `${shellWords(exportOf(directory))} | gzip -${level} > "$1/all.export.gz"`, 'sh', destination],
});

/** Bytes that gzip makes of the entries since a moment. */
function newBytes(journals: string, since: string, scratch: string): number {
	mkdirSync(scratch);
	measure(['sh', '-c', `${shellWords(exportOf(journals, `--since=${since} UTC`))} | gzip -6 > "$1/new.gz"`, 'sh', scratch]);
	return sizeOf(path.join(scratch, 'new.gz'), false);
}

/** One day against journalctl and gzip; then three, with a set after each. */
export const journalPart: Part = {
	name: 'journal',
	title: 'A day of 200,000 entries of the journal; then a set after each of three days',
	async run(directory, runs) {
		if (noJournals !== false) {
			process.stderr.write(`left out: ${noJournals}\n`);
			return {tables: [], goals: []};
		}

		const source = path.join(directory, 'logs');
		const day = path.join(directory, 'day');
		mkdirSync(source);
		await writeJournal(path.join(day, 'system.journal'), entriesOf('2026-03-10', 1, 200_000));
		const all = {...ours('--journal-dir', day), name: 'logbackup-tui'};
		const zstd = {...ours('--journal-dir', day, '--format', 'zstd'), name: 'logbackup-tui --format zstd'};
		const peer = gzipOf(day, 1);
		const results = compare({source, programs: [all, zstd, peer, gzipOf(day, 6)], runs: Math.min(runs, 3)}, directory);

		const growing = path.join(directory, 'growing');
		const out = path.join(directory, 'out');
		mkdirSync(out);
		let packed = 0;

		for (const [index, date] of ['2026-03-11', '2026-03-12', '2026-03-13'].entries()) {
			const begun = index === 0 ? '2026-03-10' : date;
			await writeJournal(path.join(growing, `system@${index}.journal`), entriesOf(begun, index === 0 ? 2 : 1, 60_000));
			packed += newBytes(growing, `${begun} 00:00:00`, path.join(directory, `new-${index}`));
			measure(ours('--journal-dir', growing, '--date', date).command(source, out));
		}

		return {
			tables: [resultTable(results, peer)],
			goals: [
				{
					name: 'wall ÷ journalctl | gzip -1', value: results.get(all)!.wall / results.get(peer)!.wall, direction: 'at most', limit: 1.3,
				},
				{
					name: 'three sets, of days that are over: bytes ÷ gzip -6 of what was new', value: sizeOf(out, false) / packed, direction: 'at most', limit: 1.05,
				},
			],
		};
	},
};
