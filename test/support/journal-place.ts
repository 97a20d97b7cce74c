import fs from 'node:fs/promises';
import path from 'node:path';
import type {Entry} from '../../source/origin/entry.ts';
import {JournalSource} from '../../source/origin/journal-source.ts';
import {Streams} from '../../source/origin/streams.ts';
import {gunzip} from './run.ts';
import {Sandbox, someDate} from './sandbox.ts';
import {backUpHere, type Changed, readManifest} from './running.ts';

/** A moment after all that the tests write. */
const later = Date.parse('2026-04-01T12:00:00Z');

/** A source with one file, and a journal beside it. */
export async function begin({now = later}: {readonly now?: number} = {}) {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a file');
	const directory = path.join(sandbox.root, 'journal');
	await fs.mkdir(directory);
	const clock = {now};
	const open = () => new JournalSource(directory, {roots: [directory]}, () => clock.now);
	const streams = () => new Streams([open()]);
	const entries = async (): Promise<readonly Entry[]> => (await streams().list()).entries;
	return {
		sandbox,
		directory,
		clock,
		open,
		streams,
		entries,
		file: (name: string) => path.join(directory, name),
		/** Backs up the days that there are. */
		async backUp(changed: Changed = {}) {
			return backUpHere(sandbox, {streams: streams(), entries: await entries(), ...changed});
		},
		/** The record of a day in the manifest. */
		async recordOf(day: string, date: string = someDate) {
			return (await readManifest(sandbox, date)).entries.find(entry => entry.path === `journal/${day}`) as Record<string, unknown> | undefined;
		},
		/** The copy of a day, unpacked. */
		copyOf: async (day: string, date: string = someDate) => gunzip(path.join(sandbox.destination, date, `journal/${day}.export.gz`)),
		[Symbol.asyncDispose]: async () => sandbox[Symbol.asyncDispose](),
	};
}

/** Has programs looked for elsewhere for as long as an action takes. */
export async function withPath<Result>(place: string, action: () => Promise<Result>): Promise<Result> {
	const before = process.env.PATH;
	process.env.PATH = place;

	try {
		return await action();
	} finally {
		process.env.PATH = before;
	}
}

/** Puts a script in the place of journalctl for as long as an action takes. */
export async function withStub<Result>(directory: string, script: string, action: () => Promise<Result>): Promise<Result> {
	const bin = path.join(directory, 'bin');
	await fs.mkdir(bin, {recursive: true});
	await fs.writeFile(path.join(bin, 'journalctl'), `#!/bin/sh\n${script}\n`, {mode: 0o755});
	return withPath(`${bin}:${process.env.PATH}`, action);
}
