import {cellWidth} from '../kit/columns.ts';
import {keyLabel} from './key-names.ts';
import type {Binding} from './key-bindings.ts';
import {keyTable, type KeyContext} from './key-table.ts';

export type FooterKey = {
	readonly key: string;
	readonly text: string;
};

const toKey = (binding: Binding): FooterKey => ({key: keyLabel(binding.keys[0]!), text: binding.footer ?? ''});

/** Cells that keys take in a row, two between them and one at either end. */
const widthOf = (bindings: readonly Binding[]) =>
	bindings.map(binding => toKey(binding)).reduce((sum, {key, text}) => sum + cellWidth(key) + 1 + cellWidth(text) + 2, 0);

/** The keys for the footer of a terminal of `width` cells, the dispensable ones left out from the last on until the rest fits. */
export function footerKeys(context: KeyContext, width: number): readonly FooterKey[] {
	let shown = keyTable[context].filter(({footer}) => footer !== undefined);

	while (widthOf(shown) > width) {
		const last = shown.findLastIndex(({isEssential}) => !isEssential);

		if (last === -1) {
			break;
		}

		shown = shown.toSpliced(last, 1);
	}

	return shown.map(binding => toKey(binding));
}
