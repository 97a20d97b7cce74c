import {cellWidth} from '../kit/columns.ts';
import type {FooterKey} from '../kit/footer.tsx';
import {glyphs} from '../kit/glyphs.ts';
import type {Binding, KeyTable} from './key-bindings.ts';
import {keyLabel} from './key-names.ts';
import type {Footers} from './screen.ts';

const toKey = (binding: Binding): FooterKey => ({key: keyLabel(binding.keys[0]!), text: (binding.footer ?? '').replace('…', () => glyphs.more)});

/** Cells that keys take in a row, two between them and one at either end. */
const widthOf = (bindings: KeyTable) =>
	bindings.map(binding => toKey(binding)).reduce((sum, {key, text}) => sum + cellWidth(key) + 1 + cellWidth(text) + 2, 0);

/**
The keys of a table for the footer of a terminal of `width` cells, the dispensable ones left out from the last on until the rest fits.

@param words By command: what its key does just now, in place of what the table says; an empty one leaves it out.
*/
export function footerKeys(table: KeyTable, width: number, words: Footers<string> = {}): readonly FooterKey[] {
	let shown: KeyTable = table.filter(({footer}) => footer !== undefined)
		.map(binding => ({...binding, footer: words[binding.command] ?? binding.footer!}))
		.filter(({footer}) => footer !== '');

	while (widthOf(shown) > width) {
		const last = shown.findLastIndex(({isEssential}) => !isEssential);

		if (last === -1) {
			break;
		}

		shown = shown.toSpliced(last, 1);
	}

	return shown.map(binding => toKey(binding));
}
