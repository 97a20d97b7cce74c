/*
A checker for Stryker: of all changes that it could make, it lets through as many as are asked for, each as likely as any other. The others it
calls errors, which count for nothing.
*/
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {randomNumbers} from '../support/sample-logs.ts';

/** Which changes are drawn. */
export type Draw = {
	/** How many; all of them if missing. */
	readonly count?: number;
	readonly seed: number;
	/** Where to write which file each change is in. */
	readonly directory: string;
};

type Change = {
	readonly id: string;
	/** Of a copy of the project. */
	readonly fileName: string;
};

const relative = (file: string) => file.slice(file.lastIndexOf('/source/') + 1);

/** The files that changes are in, by the id of the change. */
export const placesIn = (directory: string) => path.join(directory, 'places.json');

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
		const {count = Infinity, seed, directory} = this.#draw;
		const random = randomNumbers(seed);
		const ranked = changes.map(({id}) => ({id, rank: random()})).toSorted((one, other) => one.rank - other.rank);
		writeFileSync(placesIn(directory), JSON.stringify(Object.fromEntries(changes.map(({id, fileName}) => [id, relative(fileName)]))));
		return Object.fromEntries(ranked.map(({id}, index) => [id, index < count ? {status: 'passed'} : {status: 'compileError', reason: 'not drawn'}]));
	}
}

export const strykerPlugins = [{kind: 'Checker', name: 'draw', injectableClass: DrawChecker}];
