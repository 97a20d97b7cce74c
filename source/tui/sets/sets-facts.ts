import type {Facts, State} from '../state.ts';
import {directoryName} from '../../set/set-names.ts';

/** What the header says on the screens of the sets: where they are, or the set that is looked at. */
export function browseFacts({facts, screen, browse: {opened}}: Pick<State, 'facts' | 'screen' | 'browse'>): Facts {
	const {destination} = facts;
	const set = screen === 'set' && opened ? `${destination === '/' ? '' : destination}/${directoryName(opened.name)}` : destination;
	return {
		...facts, source: '', set, lastRun: undefined,
	};
}
