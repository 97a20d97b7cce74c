/*
File systems that do not answer: nothing else waits for them, and what waits says so and can be ended.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {until} from '../support/files.ts';
import {besideOdd, canMountOdd} from '../support/odd-file-system.ts';
import {canDo} from '../support/needs.ts';
import {
	asking,
	exitCode,
	lastWords,
	startBackup,
	waitForReview,
} from '../support/operator.ts';
import {program, run} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {Terminal} from '../support/terminal.ts';

/** A source on a file system, or with one in it, that can be told to be silent. */
class SilentSite implements AsyncDisposable {
	/** @param place Where it is mounted, relative to the source: `.` for the source itself. */
	static async create(place: string): Promise<SilentSite> {
		const sandbox = await Sandbox.create();
		const backing = path.join(sandbox.root, 'backing');
		await fs.mkdir(backing);
		await fs.writeFile(path.join(backing, 'far.log'), 'far\n');
		await fs.mkdir(path.join(sandbox.source, place), {recursive: true});
		return new SilentSite(sandbox, backing, path.join(sandbox.source, place));
	}

	readonly sandbox: Sandbox;
	readonly #backing: string;
	readonly #mounted: string;

	private constructor(sandbox: Sandbox, backing: string, mounted: string) {
		this.sandbox = sandbox;
		this.#backing = backing;
		this.#mounted = mounted;
	}

	/** The program, where the file system is mounted. */
	command(args: readonly string[]): readonly [command: string, args: readonly string[]] {
		return besideOdd({backing: this.#backing, mounted: this.#mounted}, {SILENCE: this.#silence}, [process.execPath, program, ...this.sandbox.flags, ...args]);
	}

	start(): Terminal {
		const [command, args] = this.command([]);
		return Terminal.start({command, args, env: this.sandbox.env});
	}

	/** Has no call of a kind answered for paths with `part` in them. */
	async hush(call: 'getattr' | 'readdir' | 'read', part: string): Promise<void> {
		await fs.writeFile(this.#silence, `${call} ${part}`);
	}

	/** Has all calls answered, those that wait too: nothing else ends them. */
	async giveVoice(): Promise<void> {
		await fs.rm(this.#silence, {force: true});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.giveVoice();
		await this.sandbox[Symbol.asyncDispose]();
	}

	get #silence(): string {
		return path.join(this.sandbox.root, 'silence');
	}
}

const canBeSilent = async (t: TestContext) => await canDo(t, 'unshare') && canMountOdd(t);

describe('an operator whose file system does not answer', {timeout: 600_000}, () => {
	test('the source from the start: is told what is waited for, and Ctrl-C ends it', async t => {
		if (!await canBeSilent(t)) {
			return;
		}

		await using site = await SilentSite.create('.');
		await site.hush('getattr', '/');
		await using terminal = site.start();
		await terminal.waitFor(lines => {
			const text = lines.join('');
			return text.includes(path.basename(site.sandbox.root)) && text.includes('answer') && !terminal.isAlternate;
		});
		terminal.press('ctrl-c');
		assert.equal(await exitCode(terminal), 130, lastWords(terminal));
	});

	test('one that is mounted in the source: all else is listed and backed up, and what is left out is said', async t => {
		if (!await canBeSilent(t)) {
			return;
		}

		await using site = await SilentSite.create('remote');
		await site.sandbox.add('near.log', 'near\n');
		await site.hush('getattr', '/');
		const [command, args] = site.command(['--yes', '--recursive', '--cross-file-systems']);
		const {stderr} = await run(command, [...args, {code: 3}], {env: site.sandbox.env});
		assert.match(stderr, /remote.*answer/v);
		assert.deepEqual(await site.sandbox.copies(), ['near.log.gz']);
		await fs.rm(site.sandbox.set, {recursive: true});

		await using terminal = site.start();
		await waitForReview(terminal, /1 file marked/v);
		await terminal.waitFor(lines => {
			const row = lines.find(line => line.includes('remote/'));
			// Nothing is known of it.
			return row !== undefined && row.includes('answer') && !/\d/v.test(row) && lines.some(line => line.includes('near.log'));
		});
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
	});

	test('the source, while it is listed: is told so, keys work, and q ends it', async t => {
		if (!await canBeSilent(t)) {
			return;
		}

		await using site = await SilentSite.create('.');
		await site.hush('getattr', 'far.log');
		await using terminal = site.start();
		await terminal.waitFor(/no answer for \d/v);
		terminal.press('?');
		await terminal.waitFor(lines => !lines.join('\n').includes('no answer'));
		terminal.press('esc');
		await terminal.waitFor(/no answer for \d/v);
		terminal.press('q');
		await until('the screen to be left', async () => !terminal.isAlternate);
		// Over FUSE, not even a dead process ends before its calls do.
		await site.giveVoice();
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
	});

	test('a run that cannot be ended: is told that no data come, and leaves it', async t => {
		if (!await canBeSilent(t)) {
			return;
		}

		await using site = await SilentSite.create('.');
		await using terminal = site.start();
		await waitForReview(terminal);
		await site.hush('getattr', 'far.log');
		await startBackup(terminal);
		await terminal.waitFor(/no data for \d/v);
		terminal.press('q');
		await terminal.waitFor(asking);
		terminal.press('y');
		await terminal.waitFor(lines => lines.at(-1)!.includes('Ctrl-C'));
		terminal.press('ctrl-c');
		await terminal.waitFor(lines => lines.at(-1)!.includes('leave'));
		terminal.press('q');
		await until('the screen to be left', async () => !terminal.isAlternate);
		await site.giveVoice();
		assert.equal(await exitCode(terminal), 130, lastWords(terminal));
	});
});
