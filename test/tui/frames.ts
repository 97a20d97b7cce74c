/*
The screens as text, without a terminal: what is in a frame, and whether it fits, for any state that actions can bring about.
*/
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {stripVTControlCharacters} from 'node:util';
import {build} from 'esbuild';
import type {State} from '../../source/tui/state.ts';

// Node strips types, but knows no JSX.
const source = `
	import {Box, renderToString} from 'ink';
	import React from 'react';
	import {CurrentScreen} from './app.tsx';

	export const draw = (state, height) => renderToString(
		React.createElement(Box, {flexDirection: 'column', height, overflowY: 'hidden'}, React.createElement(CurrentScreen, {state: state})),
		{columns: state.size.columns},
	);
`;

type Drawing = {
	/** Without a height it is as tall as it wants to be: what would not fit shows. */
	readonly draw: (state: State, height?: number) => string;
};

async function load(): Promise<Drawing> {
	const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-frames-'));

	try {
		await build({
			stdin: {contents: source, resolveDir: path.resolve(import.meta.dirname, '../../source/tui'), loader: 'tsx'},
			bundle: true,
			format: 'esm',
			platform: 'node',
			jsx: 'automatic',
			// Ink's developer tools stay in a part of their own, which is never loaded.
			splitting: true,
			outdir: directory,
			outExtension: {'.js': '.mjs'},
			external: ['react-devtools-core'],
			banner: {js: 'import {createRequire} from "node:module"; const require = createRequire("/");'},
			define: {'process.env.NODE_ENV': '"production"'},
			logLevel: 'warning',
		});
		return await import(pathToFileURL(path.join(directory, 'stdin.mjs')).href) as Drawing;
	} finally {
		await fs.rm(directory, {recursive: true});
	}
}

const drawing = await load();

const toLines = (output: string): readonly string[] => stripVTControlCharacters(output).split('\n');

/** The lines of a frame. */
export const frameOf = (state: State): readonly string[] => toLines(drawing.draw(state, state.size.rows));

/** The lines it would have on a terminal of any height. */
export const freeFrameOf = (state: State): readonly string[] => toLines(drawing.draw(state));
