import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {knownNotes} from '../../source/set/notes.ts';
import {currentDocument, generated} from '../../tools/documents.ts';

for (const name of generated) {
	test(`the tables of ${name} are those of the code (npm run docs writes them)`, () => {
		const {written, current} = currentDocument(name);
		assert.equal(written, current);
	});
}

test('every note of a copy is explained where sets and events are', async () => {
	for (const document of ['set-format.md', 'json-lines.md']) {
		const text = await readFile(path.join(import.meta.dirname, '../../docs', document), 'utf8');
		assert.deepEqual(knownNotes.filter(note => !text.includes(`\`${note}\``)), [], document);
	}
});
