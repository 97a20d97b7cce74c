import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {run} from '../../test/support/run.ts';

const source = `
import {createElement} from 'react';
import {render, Text, useApp, useInput} from 'ink';

function Hello() {
	const {exit} = useApp();
	useInput(() => {
		exit();
	});
	return createElement(Text, undefined, 'hello');
}

render(createElement(Hello), {alternateScreen: true, interactive: true});
`;

/** A program that says hello with Ink and ends at any key, bundled in esbuild's ordinary way: what every start of Ink costs. */
export async function minimalInk(): Promise<{readonly file: string; readonly [Symbol.asyncDispose]: () => Promise<void>}> {
	const root = path.resolve(import.meta.dirname, '../..');
	const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-ink-'));
	const file = path.join(directory, 'stdin.mjs');
	const {code, stderr} = await run('esbuild', [
		'--bundle',
		'--splitting',
		'--format=esm',
		'--platform=node',
		'--target=node22',
		'--define:process.env.NODE_ENV="production"',
		'--external:react-devtools-core',
		'--banner:js=var require=process.getBuiltinModule(\'module\').createRequire(\'/\');',
		'--log-level=warning',
		`--outdir=${directory}`,
		'--out-extension:.js=.mjs',
	], {stdin: source, cwd: root});

	if (code !== 0) {
		throw new Error(`esbuild failed: ${stderr}`);
	}

	return {file, [Symbol.asyncDispose]: async () => fs.rm(directory, {recursive: true})};
}
