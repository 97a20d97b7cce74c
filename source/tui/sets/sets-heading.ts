import {directoryName} from '../../set/names/set-names.ts';
import {type Heading, joinPath} from '../kit/facts.ts';
import type {SetsView} from './sets-state.ts';

/** What the header says of all sets: where they are. */
export const setsHeading = ({facts: {version, host, destination}}: Pick<SetsView, 'facts'>): Heading => ({
	version, host, to: destination,
});

/** And of the one that is looked at. */
export function setHeading(state: Pick<SetsView, 'facts' | 'browse'>): Heading {
	const {opened} = state.browse;
	const heading = setsHeading(state);
	return opened ? {...heading, to: joinPath(heading.to, directoryName(opened.name))} : heading;
}
