import {barCells} from './bar.ts';
import {glyphs} from './theme.ts';
import {Line} from './line.tsx';

type Props = {
	/** 0–1. */
	readonly fraction: number;
	/** Cells. */
	readonly width: number;
};

/** A bar for the part of something that is done. */
export function ProgressBar({fraction, width}: Props) {
	const {filled, empty} = barCells(fraction, width);
	return <><Line tone='good'>{glyphs.filled.repeat(filled)}</Line><Line tone='faint'>{glyphs.empty.repeat(empty)}</Line></>;
}
