import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type TestContext, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {type Argument, program, run} from '../support/run.ts';
import {canDo} from '../support/needs.ts';
import {
	backUp,
	runArgs,
	setOf,
	type Site,
	siteAt,
	stagingOf,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

/** Files by name in the source. */
type Files = ReadonlyMap<string, Buffer>;

const text = (content: string) => Buffer.from(`${content}\n`);
/** What is copied under its own name, not through gzip. */
const compressed = (content: string) => gzipSync(content);

/** Names that one file system or the other takes for the same, refuses, or keeps in another form. */
const files: Files = new Map([
	['app.log', text('lower')],
	['App.log', text('UPPER')],
	['APP.LOG', text('all upper')],
	['one/x.log', text('in one')],
	['One/x.log', text('in One')],
	['One/y.log', text('only in One')],
	['both/z.log', text('in a directory')],
	['Both', compressed('as is, beside a directory')],
	['MANIFEST.JSON', compressed('called as the manifest')],
	['Sha256Sums', compressed('called as the checksums')],
	['.LogBackup/work.log', text('in what is called as the work directory')],
	['caf\u{E9}.log', text('composed')],
	['cafe\u{301}.log', text('decomposed')],
	['r\u{E9}sum\u{E9}/a.log', text('in a composed directory')],
	['dots./a.log', text('in a directory with a dot')],
	['dots/a.log', text('in a directory without')],
	['space ', compressed('as is, with a space at its end')],
	['run-12:00.log', text('a colon')],
	['what?.gz', compressed('a question mark, as is')],
	[String.raw`back\slash/*.log`, text('a backslash, and an asterisk')],
	[`${'n'.repeat(200)}.log`, text('a long name')],
	[`${'d'.repeat(200)}/in.log`, text('in a directory with a long name')],
	[`${'n'.repeat(251)}.log`, text('the longest name')],
]);

/** Enough for the threads that copy small files. */
const many: Files = new Map([...files, ...Array.from({length: 45}, (_, index) => [`small-${index}.log`, text(`small ${index}`)] as const)]);

async function put(sandbox: Sandbox, wanted: Files): Promise<void> {
	for (const [name, content] of wanted) {
		await fs.mkdir(path.dirname(path.join(sandbox.source, name)), {recursive: true});
		await sandbox.add(name, content);
	}
}

const lb = async ({env, root}: Site, ...args: readonly Argument[]) => run(process.execPath, [program, ...args], {env, cwd: root});

/** All files below a directory, by path. */
async function read(root: string): Promise<Map<string, Buffer>> {
	const found = new Map<string, Buffer>();

	for (const entry of await fs.readdir(root, {recursive: true, withFileTypes: true})) {
		if (!entry.isFile()) {
			continue;
		}

		const file = path.join(entry.parentPath, entry.name);
		found.set(path.relative(root, file), await fs.readFile(file));
	}

	return found;
}

/** The set is sound for this program and for `sha256sum`, and gives all files back under their true names. */
async function assertGivesBack(site: Site, wanted: Files, date = someDate): Promise<void> {
	const verified = await lb(site, 'verify', date, '--dest', site.destination);
	assert.equal(verified.code, 0, verified.stdout + verified.stderr);
	const summed = await run('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], {cwd: path.join(site.destination, date)});
	assert.equal(summed.code, 0, summed.stdout + summed.stderr);
	const target = await fs.mkdtemp(path.join(site.root, 'restored-'));
	const restored = await lb(site, 'restore', date, '--dest', site.destination, '--to', target);
	assert.equal(restored.code, 0, restored.stderr);
	const found = await read(target);
	assert.deepEqual([...found.keys()].toSorted(), [...wanted.keys()].toSorted());

	for (const [name, content] of wanted) {
		assert.ok(found.get(name)!.equals(content), `another content of ${name}`);
	}
}

const habits = [
	{NOCASE: '1'},
	{NOFORM: '1', NODOT: '1'},
	{
		NOCASE: '1', NOFORM: '1', NODOT: '1', NOLINK: '1',
	},
	{NAMEMAX: '143', NOCOLON: '1'},
	{ASCIIONLY: '1'},
	{
		NOCOLON: '1', NAMEMAX: '143', ASCIIONLY: '1', NOCASE: '1', NODOT: '1', NOLINK: '1',
	},
] as const;

async function odd(t: TestContext, sandbox: Sandbox, habit: Readonly<Record<string, string>>): Promise<Site & AsyncDisposable> {
	const {mounted, unmount} = await mountOdd(t, sandbox.root, habit);
	return {...siteAt(sandbox, path.join(mounted, 'backups')), [Symbol.asyncDispose]: unmount};
}

for (const habit of habits) {
	for (const [kind, wanted] of [['few', files], ['many', many]] as const) {
		test(`${kind} files on a file system with ${Object.keys(habit).join(', ')}: none is taken over, none stops the others, all come back under their names`, async t => {
			if (!await canMountOdd(t)) {
				return;
			}

			await using sandbox = await Sandbox.create();
			await put(sandbox, wanted);
			await using site = await odd(t, sandbox, habit);
			const {code, stderr} = await backUp(site, ['--recursive', '--jobs=2']);
			assert.equal(code, 0, stderr);
			await assertGivesBack(site, wanted);
		});
	}
}

test('the next day, what is linked meets the same names', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	for (const wanted of [files, many]) {
		await using sandbox = await Sandbox.create();
		await put(sandbox, wanted);
		await using site = await odd(t, sandbox, {NOCASE: '1', NODOT: '1', NOCOLON: '1'});
		const first = await backUp(site, ['--recursive']);
		assert.equal(first.code, 0, first.stderr);
		const second = await run(process.execPath, runArgs(site, ['--recursive'], '2026-03-20'), {env: site.env, cwd: site.root});
		assert.equal(second.code, 0, second.stderr);
		const {files_reused: reused} = JSON.parse(await fs.readFile(path.join(site.destination, '2026-03-20/manifest.json'), 'utf8')) as {files_reused: number};
		assert.equal(reused, wanted.size);
		await assertGivesBack(site, wanted, '2026-03-20');
	}
});

test('--retry meets names of the set that the file system takes for the same', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	for (const habit of [{NOCASE: '1', NODOT: '1'}, {NOCASE: '1', NODOT: '1', NOLINK: '1'}]) {
		await using sandbox = await Sandbox.create();
		await using site = await odd(t, sandbox, habit);
		const there = new Map([...files].filter((_, index) => index % 2 === 1));
		await put(sandbox, there);
		const list = path.join(sandbox.root, 'list');
		await fs.writeFile(list, [...files.keys(), ''].join('\0'));
		await backUp(site, [`--files-from=${list}`], {code: 3});
		await put(sandbox, files);
		const second = await backUp(site, ['--retry']);
		assert.equal(second.code, 0, second.stderr);
		await assertGivesBack(site, files);
	}
});

test('a copy that has no name at the destination costs that file, which is named, and not an innocent one', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	for (const wanted of [files, many]) {
		await using sandbox = await Sandbox.create();
		await put(sandbox, wanted);
		await sandbox.add('nameless.log', text('none for this one'));
		// Whatever has this inode's content gets no link: FUSE tells names apart only.
		await using site = await odd(t, sandbox, {
			LINKERR: 'EILSEQ', MATCH: 'nameless', CREATEERR: 'EILSEQ', NAMEMAX: '255',
		});
		const {code, stderr} = await backUp(site, ['--recursive', '--json']);
		// The last of the spare names has nothing of the name in it, and does.
		assert.equal(code, 0, stderr);
		await assertGivesBack(site, new Map([...wanted, ['nameless.log', text('none for this one')]]));
	}
});

test('a copy that is too large for the destination costs that file', async t => {
	await using sandbox = await Sandbox.create();
	await put(sandbox, new Map([...files].slice(0, 3)));
	await sandbox.add('large.bin', randomBytes(2_000_000));
	const {stderr} = await run('bash', ['-c', 'ulimit -f 512; exec "$@"', 'bash', process.execPath, ...runArgs(sandbox)], {env: sandbox.env, cwd: sandbox.root, code: 3});
	assert.match(stderr, /large\.bin.*EFBIG/v);
	assert.equal((await fs.readdir(setOf(sandbox))).length, 3 + 2);
	await fs.rm(path.join(sandbox.source, 'large.bin'));
	await assertGivesBack(sandbox, new Map([...files].slice(0, 3)));
	t.diagnostic(stderr.trim());
});

test('what an interrupted run could not call by its name is taken over all the same', async t => {
	if (!await canDo(t, 'strace') || !await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await put(sandbox, files);
	await using site = await odd(t, sandbox, {NOCASE: '1', NOCOLON: '1'});
	await run('strace', [
		'-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', 'inject=rename:signal=SIGKILL:when=1', '--', process.execPath, ...runArgs(site, ['--recursive']),
	], {env: site.env, cwd: site.root, code: 'SIGKILL'});
	await fs.access(stagingOf(site));
	const {code, stdout, stderr} = await backUp(site, ['--recursive', '--json']);
	assert.equal(code, 0, stderr);
	const summary = stdout.trim().split('\n').map(line => JSON.parse(line) as {message_type: string; files_resumed?: number}).find(event => event.message_type === 'summary');
	assert.equal(summary?.files_resumed, files.size);
	await assertGivesBack(site, files);
});

test('restored to a file system that takes names for the same, or refuses them, each file that cannot be there is named, and nothing is overwritten', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await put(sandbox, files);
	assert.equal((await backUp(sandbox, ['--recursive'])).code, 0);

	for (const [habit, flags] of [
		[{NOCASE: '1', NODOT: '1'}, []],
		[{NOCASE: '1', NODOT: '1', NOLINK: '1'}, ['--overwrite']],
		[{NOFORM: '1', NOCOLON: '1', NAMEMAX: '143'}, ['--overwrite']],
		[{ASCIIONLY: '1', NOLINK: '1'}, []],
	] as const) {
		const {mounted, unmount} = await mountOdd(t, sandbox.root, habit);
		const target = path.join(mounted, 'restored');
		const {stdout} = await lb(sandbox, 'restore', someDate, '--dest', sandbox.destination, '--to', target, '--json', ...flags, {code: 3});
		const events = stdout.trim().split('\n').map(line => JSON.parse(line) as {message_type: string; path?: string; path_b64?: string});
		const namesOf = (kind: string) => events.filter(event => event.message_type === kind)
			.map(event => event.path_b64 === undefined ? event.path! : Buffer.from(event.path_b64, 'base64').toString()).toSorted();
		const found = await read(target);
		const restored = namesOf('file');
		assert.deepEqual([...found.keys()].toSorted(), restored);
		assert.deepEqual([...restored, ...namesOf('error')].toSorted(), [...files.keys()].toSorted());

		for (const [name, content] of found) {
			assert.ok(content.equals(files.get(name)!), `another content of ${name}`);
		}

		await unmount();
	}
});

test('what is to be replaced at the target is what has that very name', async t => {
	if (!await canMountOdd(t)) {
		return;
	}

	await using sandbox = await Sandbox.create();
	await put(sandbox, new Map([['app.log', text('lower')], ['own.log', text('restored')]]));
	assert.equal((await backUp(sandbox)).code, 0);
	const {mounted, unmount} = await mountOdd(t, sandbox.root, {NOCASE: '1', NOLINK: '1'});
	await fs.writeFile(path.join(mounted, 'APP.LOG'), 'somebody else\'s\n');
	await fs.writeFile(path.join(mounted, 'own.log'), 'older\n');
	const {stderr} = await lb(sandbox, 'restore', someDate, '--dest', sandbox.destination, '--to', mounted, '--overwrite', {code: 3});
	assert.match(stderr, /app\.log/v);
	const found = await read(mounted);
	assert.deepEqual([...found.keys()].toSorted(), ['APP.LOG', 'own.log']);
	assert.equal(found.get('APP.LOG')!.toString(), 'somebody else\'s\n');
	assert.equal(found.get('own.log')!.toString(), 'restored\n');
	await unmount();
});
