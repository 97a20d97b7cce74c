import {barCells} from './bar.ts';
import {glyphs} from './theme.ts';
import {Line} from './line.tsx';

type Props = {
	/** 0–1. */
	readonly fraction: number;
	/** Cells. */
	readonly width: number;
	/** One of several that stand one below the other. */
	readonly isThin?: boolean;
};

/** A bar for the part of something that is done. */
export function ProgressBar({fraction, width, isThin = false}: Props) {
	const {filled, empty} = barCells(fraction, width);
	return (
		<>
			<Line tone='good'>{(isThin ? glyphs.thinFilled : glyphs.filled).repeat(filled)}</Line>
			<Line tone='faint'>{(isThin ? glyphs.thinEmpty : glyphs.empty).repeat(empty)}</Line>
		</>
	);
}
