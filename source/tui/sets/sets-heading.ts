import {directoryName} from '../../set/set-names.ts';
import type {Heading} from '../kit/header.tsx';
import type {State} from '../state.ts';

/** The header over the screens of the sets: where they are, or the set that is looked at. */
export function setsHeading({facts: {version, host, destination}, screen, browse: {opened}}: Pick<State, 'facts' | 'screen' | 'browse'>): Heading {
	const set = screen === 'set' && opened ? `${destination === '/' ? '' : destination}/${directoryName(opened.name)}` : destination;
	return {version, host, to: set};
}
