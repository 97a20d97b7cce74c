import {Box, Text} from 'ink';
import {spoken} from './spoken.ts';
import type {State} from './state.ts';

type Props = {
	readonly state: State;
};

/** What a screen reader is given instead of a picture of the screen. */
export function SpokenScreen({state}: Props) {
	return (
		<Box flexDirection='column'>
			{spoken(state).map(({text, role, state: states}, index) => (
				<Box key={index} {...(role && {'aria-role': role})} {...(states && {'aria-state': states})}>
					<Text>{text}</Text>
				</Box>
			))}
		</Box>
	);
}
