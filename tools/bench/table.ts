import type {Results} from './compare.ts';
import type {Program} from './programs.ts';

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** A line of a Markdown table. */
export const row = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;

/** A Markdown table of the results, each with its wall time as a multiple of one program's. */
export function resultTable(results: Results, reference: Program): string {
	const unit = results.get(reference);
	return [
		row(['', 'wall s', `÷ ${reference.name}`, 'CPU s', 'memory MB', 'output MB']),
		row(['---', '---:', '---:', '---:', '---:', '---:']),
		...[...results].map(([program, {wall, cpu, memory, output}]) => row([
			program.name,
			wall.toFixed(2),
			unit ? (wall / unit.wall).toFixed(2) : '',
			cpu.toFixed(2),
			megabytes(memory),
			program.isOutputOther ? '' : megabytes(output),
		])),
	].join('\n');
}

/** One figure that has a limit. */
export type Goal = {
	readonly name: string;
	readonly value: number;
	readonly limit: number;
	/** Whether the value must stay at or below its limit, or reach it. */
	readonly direction: 'at most' | 'at least';
};

export function goalTable(goals: readonly Goal[]): string {
	return [
		row(['', 'measured', 'goal', '']),
		row(['---', '---:', '---:', '---']),
		...goals.map(({name, value, limit, direction}) => {
			const isMet = direction === 'at most' ? value <= limit : value >= limit;
			return row([name, value.toFixed(3), `${direction} ${limit}`, isMet ? 'met' : '**missed**']);
		}),
	].join('\n');
}
