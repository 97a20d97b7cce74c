import {directoryName} from '../../set/names/set-names.ts';
import {type Heading, pathBelow} from '../kit/facts.ts';
import type {SetsView} from './sets-state.ts';

/** The header over all sets. */
export const setsHeading = ({facts: {version, host, configuration, destination}}: Pick<SetsView, 'facts'>): Heading => ({
	version, host, configuration, to: destination,
});

/** The header over one set. */
export function setHeading(state: Pick<SetsView, 'facts' | 'browse'>): Heading {
	const {opened} = state.browse;
	const heading = setsHeading(state);
	return opened ? {...heading, to: pathBelow(heading.to, directoryName(opened.name))} : heading;
}
