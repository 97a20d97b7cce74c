/* What a remote says is told by anybody who can write there: forged listings, markers and manifests. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {formatChecksums} from '../../source/set/checksums.ts';
import type {CopyRecord} from '../../source/set/manifest/manifest.ts';
import {runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';
import {
	manifestOf,
	recordOf,
	sha256Of,
	textOf,
} from '../support/set-fixtures.ts';

const day = '2026-03-14';

/** Says what files beside it have. */
const script = `#!/bin/sh
cd "$(dirname "$0")"
case $1 in
	version) echo rclone v1.60.1 ;;
	lsjson) cat listing ;;
	cat) case "$*" in *pushed.json*) cat markers ;; *manifest.json*) cat manifest ;; *) cat sums ;; esac ;;
	copy) cat > /dev/null ;;
esac
`;

/** A remote that says anything. */
class Liar implements AsyncDisposable {
	static async create(): Promise<Liar> {
		const sandbox = await Sandbox.create();
		const liar = new Liar(sandbox);
		await fs.mkdir(liar.#bin);
		await fs.writeFile(path.join(liar.#bin, 'rclone'), script, {mode: 0o755});
		return liar;
	}

	readonly sandbox: Sandbox;
	readonly #bin: string;

	private constructor(sandbox: Sandbox) {
		this.sandbox = sandbox;
		this.#bin = path.join(sandbox.root, 'bin');
	}

	async say(what: 'listing' | 'markers' | 'manifest' | 'sums', text: string | Buffer): Promise<void> {
		await fs.writeFile(path.join(this.#bin, what), text);
	}

	/** As lsjson lists: one a line. */
	async list(entries: readonly unknown[]): Promise<void> {
		await this.say('listing', `[\n${entries.map(entry => JSON.stringify(entry)).join(',\n')}\n]\n`);
	}

	/** Describes a set, and has SHA256SUMS of one mind with it. */
	async describe(records: readonly CopyRecord[], forge: (manifest: string) => string = manifest => manifest): Promise<void> {
		const manifest = forge(textOf(manifestOf(records)));
		await this.say('manifest', manifest);
		await this.say('sums', Buffer.concat([...formatChecksums([...records, {file: Buffer.from('manifest.json'), sha256: sha256Of(manifest)}])]));
	}

	/** Calls the program, with little memory; what it shows is harmless. */
	async call(args: readonly string[], code: number): Promise<string> {
		const {source, destination, env} = this.sandbox;
		const {stdout, stderr} = await runProgram([...args, '--source', source, '--dest', destination, {code}], {
			env: {...env, PATH: `${this.#bin}:${process.env.PATH}`, NODE_OPTIONS: '--max-old-space-size=192'},
		});
		assert.doesNotMatch(stdout + stderr, /[\u{0}-\u{9}\u{B}-\u{1F}\u{7F}-\u{9F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/v);
		return stdout + stderr;
	}

	/** Everything in the sandbox but what the remote says. */
	async tree(): Promise<readonly string[]> {
		const names = await fs.readdir(this.sandbox.root, {recursive: true});
		return names.filter(name => name !== 'bin' && !name.startsWith('bin/')).toSorted();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.sandbox[Symbol.asyncDispose]();
	}
}

const marker = (facts: Readonly<Record<string, unknown>> = {}) => `\n${JSON.stringify({
	pushed_version: 1, directory: 'web1', date: day, version: '1.0.0', host: 'web1', source: '/var/log', engine: 'zlib', started: `${day}T02:00:00Z`, finished: `${day}T02:00:09Z`,
	files_done: 1, files_failed: 0, files_vanished: 0, bytes_in: 1, bytes_out: 1, manifest_sha256: 'a'.repeat(64), checksums_sha256: 'b'.repeat(64), pushed: `${day}T03:00:00Z`, checked: 'size',
	...facts,
})}\n`;

const evil = 'web\u{1B}]0;owned\u{7}\u{202E}\r\n';

const textual = Object.fromEntries(['version', 'source', 'engine', 'host'].map(field => [field, evil]));

const numeric = Object.fromEntries(['bytes_in', 'bytes_out', 'files_done'].map(field => [field, Number.MAX_SAFE_INTEGER]));

const timeless = Object.fromEntries(['pushed', 'started', 'finished'].map(field => [field, field === 'finished' ? '-271821-04-20T00:00:00Z' : '+275760-09-13T00:00:00Z']));

const directory = (name: unknown, facts: Readonly<Record<string, unknown>> = {}) => ({
	Path: name, Name: name, Size: -1, IsDir: true, ...facts,
});

test('a forged listing of 100,000 entries, with names that lead elsewhere and numbers that make no sense, is shown harmlessly', async () => {
	await using liar = await Liar.create();
	await liar.list([
		...[`../../etc/${day}`, `../${day}`, `/etc/${day}`, '..', evil, `${evil}/${day}`, `web1/${evil}`, 'web1/2026-02-31', 7, null].map(name => directory(name)),
		...['web1', 'web2'].map(name => directory(`${name}/${day}`, {Size: name === 'web1' ? 1e308 : 'many'})),
		null,
		[],
		'text',
		...Array.from({length: 50_000}, (_, index) => [directory(`host${index}`), directory(`host${index}/${day}`)]).flat(),
	]);
	await liar.say('markers', [
		marker(),
		marker({directory: 'web2', ...textual}),
		marker({directory: 'host6', ...numeric}),
		marker({directory: '../../etc'}),
		marker({directory: evil}),
		marker({directory: 'host7', files_done: 1e300}),
		marker({directory: 'host8', ...timeless}),
		'{"pushed_version":1,',
		'\u{1B}[2J\0\n',
	].join(''));
	const text = await liar.call(['remote', 'nas:logs'], 0);
	assert.ok(text.includes('web1') && text.includes('host49999'));
	assert.ok(!text.includes('etc') && !text.includes('owned'));
	const json = await liar.call(['remote', 'nas:logs', '--json'], 0);
	assert.ok(json.split('\n').filter(line => line !== '').every(line => typeof JSON.parse(line) === 'object'));
	await liar.call(['remote', 'nas:logs', '--max-age', '1d', '--quiet'], 6);
	await liar.say('listing', '\u{1B}[2Jno list at all\n');
	await liar.call(['remote', 'nas:logs'], 1);
});

test('a forged manifest writes nothing outside the set, takes no more than there is room for, and gives no set', async () => {
	await using liar = await Liar.create();
	await liar.list([directory(day)]);
	await liar.say('markers', marker());
	await fs.mkdir(liar.sandbox.destination, {mode: 0o700});
	const fetch = ['fetch', day, '--from', 'nas:logs', '--host', 'web1'];

	for (const file of ['../../escaped.gz', '/etc/escaped.gz', 'a/../../escaped.gz', 'manifest.json', '.logbackup/escaped.gz', 'a\0b.gz', '']) {
		await liar.describe([recordOf('syslog', {file: Buffer.from(file)})]);
		await liar.call(fetch, 1);
	}

	const before = await liar.tree();
	assert.deepEqual(before.filter(name => name.includes('escaped')), []);

	await liar.describe([recordOf('syslog', {bytesOut: Number.MAX_SAFE_INTEGER})]);
	await liar.call(fetch, 14);

	for (const number of ['9007199254740993', '1e300', '-1', '"many"']) {
		await liar.describe([recordOf('syslog')], manifest => manifest.split(/"bytes_out": ?\d+/v).join(`"bytes_out":${number}`));
		await liar.call(fetch, 1);
	}

	await liar.describe([recordOf(`sys${evil}log`)]);
	await liar.call(fetch, 5);
	const record = recordOf('syslog');
	await liar.describe(Array.from({length: 100_000}, (_, index) => ({...record, path: Buffer.from(`${index}`), file: Buffer.from(`${index}.gz`)})), manifest => manifest.slice(0, -10_000));
	await liar.call(fetch, 1);
	assert.deepEqual((await liar.tree()).filter(name => name.endsWith(`/${day}`)), []);
});
