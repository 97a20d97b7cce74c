import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type TestContext, test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {type FileIdentity, identityKey} from '../../source/files/identity.ts';
import {scanDirectory} from '../../source/origin/scan-directory.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {run} from '../support/run.ts';
import {
	assertSound,
	backUp,
	runArgs,
	type Site,
} from '../support/site.ts';
import {canMountOdd, mountOdd} from '../support/odd-file-system.ts';

/** Sources with directories whose inode numbers, as JavaScript numbers, are all the same; beyond 2^63 they do not even have the same sign. */
async function onLargeInodes(t: TestContext, sandbox: Sandbox, exponent: '62' | '63'): Promise<Site & AsyncDisposable> {
	const {mounted, unmount} = await mountOdd(t, sandbox.root, {INO: exponent});
	const source = path.join(mounted, 'log');

	for (const [index, name] of ['top.log', 'audit/a.log', 'nginx/n.log', 'private/deep/p.log'].entries()) {
		const file = path.join(source, name);
		await fs.mkdir(path.dirname(file), {recursive: true});
		await fs.writeFile(file, `line ${index}\n`.repeat(100));
	}

	await fs.chmod(source, 0o755);
	return {
		root: sandbox.root, source, destination: path.join(source, 'backups'), env: sandbox.env, [Symbol.asyncDispose]: unmount,
	};
}

async function identitiesIn(location: string): Promise<FileIdentity[]> {
	await using directory = await Directory.open(location);
	const found: FileIdentity[] = [];

	for await (const batch of scanDirectory(directory)) {
		found.push(...batch.map(({identity}) => identity!));
	}

	return found;
}

for (const exponent of ['62', '63'] as const) {
	test(`inode numbers beyond 2^${exponent} are told apart: no directory is taken for the backups`, async t => {
		if (!await canMountOdd(t)) {
			return;
		}

		await using sandbox = await Sandbox.create();
		await using site = await onLargeInodes(t, sandbox, exponent);
		const identities = await identitiesIn(site.source);
		assert.equal(identities.length, 4);
		assert.equal(new Set(identities.map(identity => identityKey(identity))).size, 4);
		assert.ok(identities.every(({inode}) => inode > 2n ** BigInt(exponent)), 'numbers as the file system gives them');

		const first = await backUp(site, ['--recursive']);
		assert.equal(first.code, 0, first.stderr);
		const facts = await assertSound(site);
		assert.deepEqual(facts.sets[someDate]?.done.toSorted(), ['audit/a.log', 'nginx/n.log', 'private/deep/p.log', 'top.log']);

		// The same by a list of paths, and what has not changed is known again.
		await fs.writeFile(path.join(sandbox.root, 'list'), `audit/a.log\0nginx/n.log\0backups/${someDate}/manifest.json\0`);
		const listed = await run(process.execPath, runArgs(site, ['--files-from', path.join(sandbox.root, 'list'), '--json'], '2026-03-15'), {code: 3});
		assert.equal(listed.stdout.match(/"outcome":"reused"/gv)?.length, 2);
		assert.match(listed.stdout, /"error","path":"backups\/2026-03-14\/manifest\.json"/v);
	});
}
