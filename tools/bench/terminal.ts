/*
`npm run bench:terminal`: what the screens send over the line, how fast they answer, and what they cost, measured on the built program in a
pseudo-terminal of 80x24 and of 200x60. Prints Markdown, and puts it into docs/benchmarks.md with `--write`. `--only NAME` measures one part;
`--runs N` sets how often the program is started, and each key pressed.
*/
import {parseArgs} from 'node:util';
import {machine, writeIntoDocument} from './document.ts';
import {figureTable, sizes, terminalParts} from './terminal-parts.ts';

const {values} = parseArgs({
	options: {
		only: {type: 'string', multiple: true},
		runs: {type: 'string', default: '5'},
		write: {type: 'boolean', default: false},
	},
});
const runs = Number(values.runs);
const names = terminalParts.map(({name}) => name);

if ((values.only ?? []).some(name => !names.includes(name)) || !(runs >= 1)) {
	throw new Error(`--only takes ${names.join(', ')}; --runs a number`);
}

const figures = [];

for (const part of terminalParts.filter(({name}) => !values.only || values.only.includes(name))) {
	process.stderr.write(`${part.name}\n`);
	figures.push(...await part.measure(runs));
}

const table = figureTable(figures, sizes.map(({cols, rows}) => `${cols}x${rows}`));
process.stdout.write(`${table}\n`);

if (values.write) {
	writeIntoDocument('bench:terminal', `Medians of ${runs} on ${machine}.\n\n${table}`);
}
