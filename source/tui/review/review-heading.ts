import type {Heading} from '../kit/header.tsx';
import type {Facts} from '../state.ts';

/** The header before a run: what would be backed up, to where, and how the last run ended if that made no set. */
export const reviewHeading = ({version, host, source, set, lastRun}: Facts): Heading => ({
	version, host, from: source, to: set, remark: lastRun,
});
