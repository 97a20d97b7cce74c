import {cellWidth} from '../kit/columns.ts';
import type {FooterKey} from '../kit/footer.tsx';
import {glyphs} from '../kit/glyphs.ts';
import type {Binding, KeyTable} from './key-bindings.ts';
import {keyLabel} from './key-names.ts';

const toKey = (binding: Binding): FooterKey => ({key: keyLabel(binding.keys[0]!), text: (binding.footer ?? '').replace('…', () => glyphs.more)});

/** Cells that keys take in a row, two between them and one at either end. */
const widthOf = (bindings: KeyTable) =>
	bindings.map(binding => toKey(binding)).reduce((sum, {key, text}) => sum + cellWidth(key) + 1 + cellWidth(text) + 2, 0);

/** The keys of a table for the footer of a terminal of `width` cells, the dispensable ones left out from the last on until the rest fits. */
export function footerKeys(table: KeyTable, width: number): readonly FooterKey[] {
	let shown = table.filter(({footer}) => footer !== undefined);

	while (widthOf(shown) > width) {
		const last = shown.findLastIndex(({isEssential}) => !isEssential);

		if (last === -1) {
			break;
		}

		shown = shown.toSpliced(last, 1);
	}

	return shown.map(binding => toKey(binding));
}
