import {Line} from './line.tsx';

/** A key as a person knows it, and what it does in a word or two. */
export type FooterKey = {
	readonly key: string;
	readonly text: string;
};

type Props = {
	readonly keys: readonly FooterKey[];
};

/** The keys that work now. */
export function Footer({keys}: Props) {
	return (
		<Line>
			{keys.map(({key, text}) => (
				<Line key={key}> <Line tone='key'>{key}</Line> {text} </Line>
			))}
		</Line>
	);
}
