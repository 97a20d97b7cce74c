/* A system that has no koffi, and so no libdeflate. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {chooseEngine} from '../../source/gzip/gzip-engines.ts';
import {hideKoffi} from '../support/without-koffi.ts';

// Before anything is chosen.
hideKoffi();

test('where libdeflate cannot be had, zlib does the work, and that is told', async () => {
	for (const wanted of ['libdeflate', undefined] as const) {
		const {engine, fallback} = await chooseEngine({engine: wanted, level: 6, jobs: 1});
		assert.equal(engine.name, 'zlib');
		assert.ok(fallback !== undefined && fallback !== '');
		const chunks: Buffer[] = [];
		const content = [Buffer.from('a line\n')];
		await engine.compress({
			read: async into => content.pop()?.copy(into) ?? 0,
			async write(chunk) {
				chunks.push(Buffer.from(chunk));
			},
			header: {name: Buffer.from('syslog'), modified: 0, level: 6},
		});
		assert.equal(gunzipSync(Buffer.concat(chunks)).toString(), 'a line\n');
	}

	assert.equal((await chooseEngine({engine: 'zlib', level: 6, jobs: 1})).fallback, undefined);
});
