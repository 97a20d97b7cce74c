/*
A checker for Stryker: of all changes that it could make, it lets through as many as are asked for, each as likely as any other. The others it
calls errors, which count for nothing.
*/
import {randomNumbers} from '../support/sample-logs.ts';

/** How many changes are drawn, and the seed that they are drawn by. */
export type Draw = {readonly count: number; readonly seed: number};

type Change = {readonly id: string};

export class DrawChecker {
	static readonly inject = ['options'] as const;
	readonly #draw: Draw;

	constructor({draw}: {readonly draw: Draw}) {
		this.#draw = draw;
	}

	async init(): Promise<void> {
		// Nothing to prepare, but Stryker calls it.
	}

	/** All of them in one group, as the draw is among all. */
	async group(changes: readonly Change[]): Promise<string[][]> {
		return [changes.map(({id}) => id)];
	}

	async check(changes: readonly Change[]): Promise<Record<string, {status: 'passed'} | {status: 'compileError'; reason: string}>> {
		const random = randomNumbers(this.#draw.seed);
		const ranked = changes.map(({id}) => ({id, rank: random()})).toSorted((one, other) => one.rank - other.rank);
		return Object.fromEntries(ranked.map(({id}, index) => [id, index < this.#draw.count ? {status: 'passed'} : {status: 'compileError', reason: 'not drawn'}]));
	}
}

export const strykerPlugins = [{kind: 'Checker', name: 'draw', injectableClass: DrawChecker}];
