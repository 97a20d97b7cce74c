import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {releaseProblems} from '../tools/release-check.ts';
import {run} from './support/run.ts';

test('what keeps a version from being released is told, each thing by itself', async () => {
	const root = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-release-test-'));
	const git = async (...args: readonly string[]) => run('git', ['-C', root, '-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args]);
	const write = async (version: string, {lock = version, changes = `${version}, 2026-03-14`}: {readonly lock?: string; readonly changes?: string} = {}) => {
		await fs.writeFile(path.join(root, 'package.json'), JSON.stringify({version}));
		await fs.writeFile(path.join(root, 'package-lock.json'), JSON.stringify({version: lock, packages: {'': {version: lock}}}));
		await fs.writeFile(path.join(root, 'CHANGELOG.md'), `# Changes\n\n## ${changes}\n\n- this\n\n## 0.9.0, 2025-01-01\n`);
		await git('add', '--all');
		await git('commit', '--quiet', '--allow-empty', '--message', 'x');
	};

	try {
		await git('init', '--quiet');
		await write('1.2.3');
		assert.deepEqual(releaseProblems(root), []);
		await fs.writeFile(path.join(root, 'left-over'), '');
		assert.match(releaseProblems(root).join('\n'), /^[^\n]+\n[^\n]*left-over$/v);
		await fs.rm(path.join(root, 'left-over'));
		await git('tag', 'v1.2.3');
		assert.match(releaseProblems(root).join('\n'), /^v1\.2\.3 /v);
		await write('1.2.4', {lock: '1.2.3'});
		assert.match(releaseProblems(root).join('\n'), /^package-lock\.json /v);
		await write('1.2.4', {changes: '1.2.4, not released yet'});
		assert.match(releaseProblems(root).join('\n'), /^CHANGELOG\.md .*not released yet/v);
		await write('1.2.4', {changes: '1.2.3, 2026-03-14'});
		assert.equal(releaseProblems(root).length, 1);
		await write('next');
		assert.match(releaseProblems(root).join('\n'), /^package\.json .*next$/v);
		await write('1.3.0-rc.1');
		assert.deepEqual(releaseProblems(root), []);
	} finally {
		await fs.rm(root, {recursive: true, force: true});
	}
});
