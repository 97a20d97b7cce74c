/*
What was marked is what is copied, whatever log rotation does between the list and the copy.
*/
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {gunzipSync, gzipSync} from 'node:zlib';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {formatListed} from '../../source/origin/handed-list.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {Directory} from '../../source/files/directory.ts';
import {heldName, HeldRun} from '../support/held-run.ts';
import {canDo} from '../support/needs.ts';
import {
	assertSound,
	backUp,
	judge,
	runArgs,
	setOf,
	siteAt,
} from '../support/site.ts';

/** With few files, each is copied the ordinary way; with many small ones, in threads of their own. */
const lanes = [['few files', 0], ['many small files', 70]] as const;

type Entry = {readonly path: string; readonly outcome: string; readonly notes?: readonly string[]; readonly listed_as?: string; readonly file?: string};

/** What a set holds: by name, the content, with what is noted of it; or what became of it. */
async function contentOf(set: string): Promise<Record<string, string>> {
	const {entries} = JSON.parse(await fs.readFile(path.join(set, 'manifest.json'), 'utf8')) as {entries: readonly Entry[]};
	const found: Record<string, string> = {};

	for (const {path: name, outcome, notes = [], listed_as: listedAs, file} of entries) {
		if (name.startsWith('other-') || name === heldName) {
			continue;
		}

		const bytes = file === undefined ? undefined : await fs.readFile(path.join(set, file));
		const content = bytes && (bytes[0] === 0x1F ? gunzipSync(bytes) : bytes).toString();
		found[name] = [content?.trim() ?? outcome, ...(outcome === 'reused' ? ['reused'] : []), ...notes, ...(listedAs === undefined ? [] : [`as ${listedAs}`])].join(', ');
	}

	return found;
}

/** A directory that is listed, and then changed before it is backed up. */
class Listed {
	static async create(contents: Readonly<Record<string, string | Buffer>>, others: number): Promise<Listed> {
		const listed = new Listed(await Sandbox.create());

		for (const [name, content] of Object.entries(contents)) {
			await listed.write(name, content);
		}

		for (let index = 0; index < others; index++) {
			await listed.write(`other-${index}`, 'other\n');
		}

		return listed;
	}

	readonly sandbox: Sandbox;
	#list = Buffer.alloc(0);
	#count = 0;
	#time = 0;

	private constructor(sandbox: Sandbox) {
		this.sandbox = sandbox;
	}

	at(name: string): string {
		return path.join(this.sandbox.source, name);
	}

	async write(name: string, content: string | Buffer): Promise<void> {
		await fs.mkdir(path.dirname(this.at(name)), {recursive: true});
		await fs.writeFile(this.at(name), content);
	}

	async rename(from: string, to: string): Promise<void> {
		await fs.rename(this.at(from), this.at(to));
	}

	/** Lists all files but some, as a screen does before it asks. */
	async list({but = []}: {readonly but?: readonly string[]} = {}): Promise<void> {
		await using source = await Directory.open(this.sandbox.source);
		const names = (await fs.readdir(this.sandbox.source)).filter(name => !but.includes(name) && name !== 'backups');
		// Files that were made before are told from those made since by the file system's clock.
		await new Promise(resolve => {
			setTimeout(resolve, 150);
		});
		this.#time = Date.now();
		this.#count = names.length;
		this.#list = Buffer.concat(names.flatMap(name => [formatListed(readEntry(source, Buffer.from(name))!), Buffer.alloc(1)]));
	}

	/** Backs up what was listed. Resolves with what is in the set. */
	async backUp(args: readonly string[] = [], date = someDate): Promise<Record<string, string>> {
		const finished = await run(process.execPath, runArgs(this.sandbox, [
			'--files-from=-', `--files-count=${this.#count}`, `--files-listed=${this.#time}`, '--ignore-missing', ...args,
		], date), {env: this.sandbox.env, stdin: this.#list});
		assert.equal(finished.code, 0, finished.stderr);
		return contentOf(path.join(this.sandbox.destination, date));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.sandbox[Symbol.asyncDispose]();
	}
}

for (const [what, others] of lanes) {
	describe(`between the list and the run, ${what}`, () => {
		test('logrotate, which compresses what it renames', async () => {
			await using listed = await Listed.create({syslog: 'A\n', 'syslog.1': 'B\n', 'syslog.2.gz': gzipSync('C\n')}, others);
			await listed.list();
			await listed.rename('syslog.2.gz', 'syslog.3.gz');
			await listed.write('syslog.2.gz', gzipSync('B\n'));
			await fs.unlink(listed.at('syslog.1'));
			await listed.rename('syslog', 'syslog.1');
			await listed.write('syslog', 'D\n');
			assert.deepEqual(await listed.backUp(), {
				syslog: 'D, replaced',
				'syslog.1': 'A, renamed, replaced, as syslog',
				'syslog.2.gz': 'B, replaced',
				'syslog.3.gz': 'C, renamed, as syslog.2.gz',
			});
			await assertSound(listed.sandbox, '--changing-times');
		});

		test('what had vanished is told, also where another file has its name in the set', async () => {
			await using listed = await Listed.create({a: 'A\n', b: 'B\n', c: 'C\n'}, others);
			await listed.list();
			await fs.unlink(listed.at('c'));
			await listed.rename('a', 'b');
			assert.deepEqual(await listed.backUp(), {b: 'A, renamed, replaced, as a', c: 'vanished'});
		});

		test('two files that trade names are copied once each', async () => {
			await using listed = await Listed.create({a: 'A\n', b: 'B\n'}, others);
			await listed.list();
			await listed.rename('a', 'c');
			await listed.rename('b', 'a');
			await listed.rename('c', 'b');
			assert.deepEqual(await listed.backUp(), {a: 'B, renamed, replaced, as b', b: 'A, renamed, replaced, as a'});
		});

		test('what was not marked is not copied under the name of what was', async () => {
			await using listed = await Listed.create({
				'log.1': 'not marked\n', 'log.2': 'marked\n', secret: 'not marked either\n', log: 'marked, too\n',
			}, others);
			await listed.list({but: ['log.1', 'secret']});
			await listed.rename('log.2', 'log.3');
			await listed.rename('log.1', 'log.2');
			await listed.rename('secret', 'log');
			assert.deepEqual(await listed.backUp(), {'log.3': 'marked, renamed, as log.2', log: 'vanished'});
		});

		test('a file that is written anew under its name, and one that is emptied in place, are copied as they are', async () => {
			await using listed = await Listed.create({
				state: 'old\n', emptied: sampleLog(3000), grown: 'a\n', gone: 'x\n',
			}, others);
			await listed.list();
			await listed.write('state.new', 'new\n');
			await listed.rename('state.new', 'state');
			await fs.copyFile(listed.at('emptied'), listed.at('emptied.1'));
			await fs.truncate(listed.at('emptied'));
			await fs.appendFile(listed.at('grown'), 'b\n');
			await fs.unlink(listed.at('gone'));
			await listed.write('gone', 'y\n');
			assert.deepEqual(await listed.backUp(), {
				state: 'new, replaced', emptied: ', shrunk', grown: 'a\nb', gone: 'y, replaced',
			});
		});

		test('hard links are told apart by their names', async () => {
			await using listed = await Listed.create({a: 'A\n'}, others);
			await fs.link(listed.at('a'), listed.at('b'));
			await listed.list();
			await fs.unlink(listed.at('a'));
			assert.deepEqual(await listed.backUp(), {b: 'A', a: 'vanished'});
		});

		test('what the newest set has of a file that is renamed since is linked, and of nothing else', async () => {
			await using listed = await Listed.create({log: 'A\n', 'log.1': 'B\n', kept: 'K\n'}, others);
			await listed.list();
			await listed.backUp([], '2026-03-01');
			await listed.list({but: ['log']});
			await listed.rename('log.1', 'log.2');
			await listed.rename('log', 'log.1');
			assert.deepEqual(await listed.backUp([], '2026-03-02'), {'log.2': 'B, reused, renamed, as log.1', kept: 'K, reused'});
			await listed.list();
			assert.deepEqual(await listed.backUp([], '2026-03-03'), {'log.1': 'A', 'log.2': 'B, reused', kept: 'K, reused'});
		});

		test('in sub-directories, each in its own', async () => {
			await using listed = await Listed.create({log: 'top\n', stays: 'S\n'}, others);
			await listed.list();
			await fs.mkdir(listed.at('old'));
			await listed.rename('log', 'old/log');
			assert.deepEqual(await listed.backUp(), {stays: 'S', log: 'vanished'});
		});
	});

	describe(`while the run is under way, ${what}`, () => {
		const contents = {
			'log.2': 'C\n', 'log.1': 'B\n', log: 'A\n', alone: 'E\n',
		};

		test('what waits for its turn is found under its new name', async () => {
			await using listed = await Listed.create(contents, others);
			const held = await HeldRun.start(listed.sandbox);
			await listed.rename('log.2', 'log.3');
			await listed.rename('log.1', 'log.2');
			await listed.rename('log', 'log.1');
			await listed.write('log', 'D\n');
			await fs.unlink(listed.at('alone'));
			await held.release();
			assert.deepEqual(await contentOf(setOf(listed.sandbox)), {
				log: 'D, replaced',
				'log.1': 'A, renamed, replaced, as log',
				'log.2': 'B, renamed, replaced, as log.1',
				'log.3': 'C, renamed, as log.2',
				alone: 'vanished',
			});
			const facts = await judge(listed.sandbox, '--changing-times', '--vanished', `--prefix=${heldName}`);
			assert.deepEqual(facts.violations.filter(violation => !violation.includes(heldName)), []);
		});

		test('and if a copy has that name already, keeps the one that it was listed under', async () => {
			await using listed = await Listed.create({'log.1': 'B\n', log: 'A\n'}, others);
			const held = await HeldRun.start(listed.sandbox, [], {jobs: 2});
			await held.copies(2 + others);
			await fs.rename(listed.at('log'), listed.at('log.1'));
			await held.release();
			assert.deepEqual(await contentOf(setOf(listed.sandbox)), {'log.1': 'B', log: 'A'});
		});
	});
}

test('where a file gets another inode number when it is written to (overlay), it is copied all the same', async t => {
	if (!await canDo(t, 'root')) {
		return;
	}

	await using sandbox = await Sandbox.create();
	const [lower, upper, work, merged] = await Promise.all(['lower', 'upper', 'work', 'merged'].map(async name => {
		const place = path.join(sandbox.root, name);
		await fs.mkdir(place);
		return place;
	}));
	await fs.writeFile(path.join(lower!, 'log'), 'a\n');
	await fs.writeFile(path.join(lower!, 'still'), 'b\n');
	const {code} = await run('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work},xino=off`, merged!], {code: 'any'});

	if (code !== 0) {
		t.skip('needs overlay file systems on top of this one');
		return;
	}

	try {
		await using source = await Directory.open(merged!);
		const list = Buffer.concat(['log', 'still'].flatMap(name => [formatListed(readEntry(source, Buffer.from(name))!), Buffer.alloc(1)]));
		await fs.appendFile(path.join(merged!, 'log'), 'more\n');
		const finished = await run(process.execPath, runArgs({...siteAt(sandbox, sandbox.destination), source: merged!}, [
			'--files-from=-', `--files-listed=${Date.now()}`, '--ignore-missing',
		]), {env: sandbox.env, stdin: list});
		assert.equal(finished.code, 0, finished.stderr);
		const found = await contentOf(setOf(sandbox));
		assert.equal(found.still, 'b');
		assert.match(found.log!, /^a\nmore/v);
	} finally {
		await run('umount', [merged!]);
	}
});

test('an interrupted run has copied what has a marked name now: it is not taken for what was marked', async () => {
	await using listed = await Listed.create({log: 'A\n', 'log.1': 'B\n'}, 0);
	const held = await HeldRun.start(listed.sandbox, [], {jobs: 2});
	await held.copies(2);
	await held.kill('SIGTERM');
	await fs.unlink(listed.at(heldName));
	await listed.list({but: ['log.1']});
	await listed.rename('log', 'log.2');
	await listed.rename('log.1', 'log');
	assert.deepEqual(await listed.backUp(), {'log.2': 'A, renamed, as log'});
});

test('a list that is not as the screens hand it over is refused', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('log', 'a\n');

	for (const stdin of ['log\0', '1:2/log\0', ':/log\0', '1:2::4:5/../log\0', '/\0', `${'9'.repeat(30)}:1::1:1/log\0`]) {
		await run(process.execPath, runArgs(sandbox, ['--files-from=-', '--files-listed=1']), {env: sandbox.env, stdin, code: 2});
	}

	const {code} = await backUp(sandbox, ['--files-listed=1'], {code: 2});
	assert.equal(code, 2);
});
