import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {thirdPartyNotices} from '../../tools/build/notices.ts';

const output = (inputs: Readonly<Record<string, number>>) => ({
	inputs: {},
	outputs: {
		'dist/cli.js': {
			bytes: 1, exports: [], imports: [], inputs: Object.fromEntries(Object.entries(inputs).map(([name, bytesInOutput]) => [name, {bytesInOutput}])),
		},
	},
});

async function withPackages(files: Readonly<Record<string, string>>, act: (root: string) => Promise<void>): Promise<void> {
	const root = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-notices-'));

	try {
		for (const [name, text] of Object.entries(files)) {
			const file = path.join(root, name);
			await fs.mkdir(path.dirname(file), {recursive: true});
			await fs.writeFile(file, text);
		}

		await act(root);
	} finally {
		await fs.rm(root, {recursive: true});
	}
}

const manifest = (name: string, license?: string) => JSON.stringify({name, version: '1.0.0', ...(license !== undefined && {license})});

test('what is bundled is named with its licences, by name, and what is not is left out', async () => {
	await withPackages({
		'node_modules/zeta/package.json': manifest('zeta', 'MIT'),
		'node_modules/zeta/LICENSE': 'zeta is free',
		'node_modules/@scope/alpha/package.json': manifest('@scope/alpha', 'ISC'),
		'node_modules/@scope/alpha/build/licenses.md': 'alpha holds beta, which is free',
		'node_modules/zeta/node_modules/inner/package.json': manifest('inner', 'MIT'),
		'node_modules/unused/package.json': manifest('unused', 'MIT'),
	}, async root => {
		const text = await thirdPartyNotices(output({
			'source/cli.ts': 9, 'node_modules/zeta/index.js': 5, 'node_modules/@scope/alpha/build/index.js': 5, 'node_modules/zeta/node_modules/inner/a.js': 1, 'node_modules/unused/a.js': 0,
		}), root);
		assert.match(text, /@scope\/alpha 1\.0\.0\n-+\nLicence: ISC\n\nalpha holds beta.*\n\ninner 1\.0\.0\n-+\nLicence: MIT\n\nzeta 1\.0\.0\n-+\nLicence: MIT\n\nzeta is free\n$/v);
		assert.doesNotMatch(text, /unused/v);
	});
});

test('what says nothing of its licence is not bundled', async () => {
	await withPackages({'node_modules/secret/package.json': manifest('secret')}, async root => {
		await assert.rejects(thirdPartyNotices(output({'node_modules/secret/index.js': 1}), root), /node_modules\/secret says nothing of its licence/v);
	});
});

test('the built program has the licences of all that is in it', async () => {
	const text = await fs.readFile(path.join(import.meta.dirname, '../../dist/THIRD-PARTY-NOTICES.txt'), 'utf8');

	for (const name of ['ink', 'react', 'react-reconciler', 'yoga-layout', 'meow', 'string-width']) {
		assert.match(text, new RegExp(String.raw`^${name} \d`, 'mv'), name);
	}

	// What meow has in itself.
	assert.match(text, /^Name: yargs-parser$/mv);
});
