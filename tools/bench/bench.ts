/*
`npm run bench`: this program against others on the same files, in turns, as whole processes. Prints Markdown, and with `--write` puts
each part that was run into its place in docs/benchmarks.md. `--only NAME` runs one part; `--runs N` sets how often each program runs; `--work DIR` where its files go (some 20 GB).
*/
import {
	mkdirSync,
	mkdtempSync,
	rmSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {localDate} from '../../source/text/format.ts';
import {machine, writeIntoDocument} from './document.ts';
import {parts} from './parts.ts';
import {goalTable} from './table.ts';

const {values} = parseArgs({
	options: {
		only: {type: 'string', multiple: true},
		runs: {type: 'string', default: '5'},
		work: {type: 'string', default: tmpdir()},
		write: {type: 'boolean', default: false},
	},
});
const runs = Number(values.runs);
const unknown = (values.only ?? []).filter(name => parts.every(part => part.name !== name));

if (unknown.length > 0 || !(runs >= 1)) {
	throw new Error(`--only takes ${parts.map(({name}) => name).join(', ')}; --runs a number`);
}

const work = mkdtempSync(path.join(values.work, 'logbackup-bench-'));

try {
	for (const part of parts.filter(({name}) => !values.only || values.only.includes(name))) {
		process.stderr.write(`${part.title}\n`);
		const directory = path.join(work, part.name);
		mkdirSync(directory);
		const {tables, goals} = await part.run(directory, runs);
		rmSync(directory, {recursive: true});
		const text = [`**${part.title}**`, `Medians of ${runs} runs on ${machine}; ${localDate(new Date())}.`, ...tables, ...(goals.length > 0 ? [goalTable(goals)] : [])].join('\n\n');
		process.stdout.write(`${text}\n\n`);

		if (values.write) {
			writeIntoDocument(`bench:${part.name}`, text);
		}
	}
} finally {
	rmSync(work, {recursive: true, force: true});
}
