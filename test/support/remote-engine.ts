/* Pushes and fetches in this process, and backups to push. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {fetch, type Fetching} from '../../source/remote/fetch-sets.ts';
import type {FetchEvent} from '../../source/remote/fetch-events.ts';
import type {WantedCheck} from '../../source/remote/far-check.ts';
import {push, type Pushing} from '../../source/remote/push-sets.ts';
import type {PushEvent} from '../../source/remote/push-events.ts';
import {Rclone} from '../../source/remote/rclone.ts';
import {isFinished, listHosts} from '../../source/remote/remote-listing.ts';
import {parseRemotePath} from '../../source/remote/remote-path.ts';
import type {RemoteFixture} from './rclone-server.ts';
import {backUpHere} from './running.ts';
import type {Sandbox} from './sandbox.ts';

/** The host that sets made in this process are of. */
export const host = 'web1';

/** Has rclone give up at once what fails. */
export const impatient = ['--retries=1', '--low-level-retries=1', '--transfers=1', '--checkers=1', '--contimeout=20s', '--timeout=20s'] as const;

export type Told<Event, Result> = {readonly result: Result; readonly events: readonly Event[]};

const wait = new AbortController();

/** Has rclone find the remotes of a fixture in this process, until the end of the test. */
export function useRemotes(t: TestContext, {env}: RemoteFixture): void {
	const before = {...process.env};
	Object.assign(process.env, env);
	// With it set, rclone 1.60 speaks to no S3.
	delete process.env.AWS_CA_BUNDLE;
	t.after(() => {
		for (const name of [...Object.keys(env), 'AWS_CA_BUNDLE']) {
			Reflect.deleteProperty(process.env, name);
		}

		Object.assign(process.env, before);
	});
}

/** A remote, by the name that it has in the configuration. */
export class RemoteEngine {
	readonly #place: string;

	constructor(place: string) {
		this.#place = place;
	}

	async push(destination: string, {check, extra = impatient, signal = wait.signal}: {
		readonly check?: WantedCheck;
		readonly extra?: readonly string[];
		readonly signal?: AbortSignal;
	} = {}): Promise<Told<PushEvent, Pushing>> {
		await using directory = await Directory.open(destination);
		const events: PushEvent[] = [];
		const rclone = await Rclone.open(parseRemotePath(this.#place), {extra, signal});
		const result = await push({
			rclone, destination: directory, destinationPath: destination, whose: {host}, isAll: true, check, signal,
			report(event) {
				events.push(event);
			},
		});
		return {result, events};
	}

	/** Gets all that is there. */
	async fetch(destination: string): Promise<Told<FetchEvent, Fetching>> {
		await fs.mkdir(destination, {recursive: true, mode: 0o700});
		await using directory = await Directory.open(destination);
		const events: FetchEvent[] = [];
		const {signal} = wait;
		const result = await fetch({
			rclone: await Rclone.open(parseRemotePath(this.#place), {signal}),
			host, dates: 'all', destination: directory, destinationPath: destination, isApart: false, signal,
			report(event) {
				events.push(event);
			},
		});
		return {result, events};
	}

	/** What a file there has, as whoever pushes or fetches reads it. */
	async read(file: string): Promise<Buffer | undefined> {
		const rclone = await Rclone.open(parseRemotePath(this.#place), {extra: impatient, signal: wait.signal});
		return rclone.read(file);
	}

	/** Dates of the sets there, finished or not. */
	async list(): Promise<{readonly finished: readonly string[]; readonly unfinished: readonly string[]}> {
		const sets = await listHosts(await Rclone.open(parseRemotePath(this.#place), {extra: impatient, signal: wait.signal}));
		return {finished: sets.filter(set => isFinished(set)).map(({date}) => date), unfinished: sets.filter(set => !isFinished(set)).map(({date}) => date)};
	}
}

/** Makes a set of all that stands in the source. */
export const backUpDay = async (sandbox: Sandbox, date: string): Promise<unknown> => backUpHere(sandbox, {date});

/** Content of all files below a directory, by their names (one character a byte). */
export async function contentOf(directory: string): Promise<ReadonlyMap<string, string>> {
	const names = await fs.readdir(directory, {recursive: true, encoding: 'latin1'});
	const contents = new Map<string, string>();

	for (const name of names.toSorted()) {
		const file = Buffer.from(path.join(directory, name), 'latin1');

		if ((await fs.lstat(file)).isFile()) {
			contents.set(name, await fs.readFile(file, 'base64'));
		}
	}

	return contents;
}
