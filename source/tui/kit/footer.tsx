import {footerKeys} from '../keys/footer-text.ts';
import type {KeyContext} from '../keys/key-table.ts';
import {Line} from './line.tsx';

type Props = {
	readonly context: KeyContext;
	/** Cells. */
	readonly width: number;
};

/** The keys that work now, from the key table. */
export function Footer({context, width}: Props) {
	return (
		<Line>
			{footerKeys(context, width).map(({key, text}) => (
				<Line key={key}> <Line tone='strong'>{key}</Line> {text} </Line>
			))}
		</Line>
	);
}
