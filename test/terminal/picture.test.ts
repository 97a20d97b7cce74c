import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {createEmulator, writeTo} from '../support/emulator.ts';
import {drawAnimation, drawPicture, takeSnapshot} from '../../tools/pictures/picture.ts';

async function snapshotOf(output: string, cols = 20, rows = 3) {
	const {emulator} = createEmulator(cols, rows);
	await writeTo(emulator, output);
	return takeSnapshot(emulator);
}

async function drawOutput(output: string) {
	return drawPicture(await snapshotOf(output), {theme: 'light'});
}

/** The texts of a picture, each with its place and what is said of it. */
const textsIn = (svg: string) => Array.from(
	svg.matchAll(/<text x="(?<x>[\d.]+)" y="(?<y>[\d.]+)" fill="(?<fill>[^"]+)" textLength="[\d.]+" lengthAdjust="spacingAndGlyphs"(?<more>[^>]*)>(?<text>[^<]*)/gv),
	match => ({...match.groups}),
);

describe('pictures of screens', () => {
	test('put every word where its cells are', async () => {
		assert.deepEqual(textsIn(await drawOutput('one  two\r\n 日x')).map(({x, y, text}) => [x, y, text]), [
			['0', '13', 'one'],
			['42.15', '13', 'two'],
			['8.43', '30', '日'],
			['25.29', '30', 'x'],
		]);
	});

	test('show colours, weight and inverse', async () => {
		const svg = await drawOutput('\u{1B}[31mred\u{1B}[0;1mbold\u{1B}[0;7minverse\u{1B}[0;38;2;1;2;3mown');
		assert.deepEqual(textsIn(svg).map(({fill, more, text}) => [text, fill, more]), [
			['red', '#cf222e', ''],
			['bold', '#24292f', ' font-weight="700"'],
			['inverse', '#ffffff', ''],
			['own', '#010203', ''],
		]);
		assert.match(svg, /<rect [^>]*x="59.01"[^>]* width="59.01"[^>]* fill="#24292f"\/>/v);
	});

	test('make dim text fainter on both backgrounds', async () => {
		const snapshot = await snapshotOf('\u{1B}[2mdim');
		const fills = (['light', 'dark'] as const).map(theme => textsIn(drawPicture(snapshot, {theme}))[0]?.fill);
		assert.deepEqual(fills, ['#808386', '#81868d']);
	});

	test('draw bars, lines and Braille as shapes, without gaps of a font', async () => {
		const svg = await drawOutput('█▌░─╭⠋');
		assert.deepEqual(textsIn(svg), []);
		assert.equal(svg.match(/<path shape-rendering/gv)?.length, 3);
		assert.equal(svg.match(/<path d="M/gv)?.length, 2);
		assert.equal(svg.match(/<circle/gv)?.length, 4 - 1);
	});

	test('let no text out of its element', async () => {
		const svg = await drawOutput('<b>&"\'');
		assert.match(svg, />&lt;b&gt;&amp;&quot;'<\/text>/v);
	});

	test('show the alternate screen while it is shown, and its bottom when it has scrolled', async () => {
		assert.deepEqual(textsIn(await drawOutput('normal\u{1B}[?1049h\u{1B}[Hfull')).map(({text}) => text), ['full']);
		assert.deepEqual(textsIn(await drawOutput('1\r\n2\r\n3\r\n4')).map(({text}) => text), ['2', '3', '4']);
	});

	test('that move hold a line they share once, and last as long as their frames', async () => {
		const frames = await Promise.all(['same\r\nfirst', 'same\r\nsecond'].map(async output => ({snapshot: await snapshotOf(output), seconds: 1.5})));
		const svg = drawAnimation(frames, {theme: 'dark', title: 'two frames'});
		assert.deepEqual(textsIn(svg).map(({text}) => text), ['same', 'first', 'second']);
		assert.match(svg, /#f1\{animation-name:f1;animation-duration:3s\}/v);
		assert.match(svg, /@keyframes f0\{0%\{visibility:visible\}50%\{visibility:hidden\}\}/v);
	});
});
