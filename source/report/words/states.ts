import type {SetState} from '../../set/catalog.ts';

type StateWords = {
	/** Completes "it is …". */
	readonly verdict: string;
	/** Meaning of the state, if nothing more particular is known of a set. */
	readonly meaning: string;
};

/** Words for each state of a set. */
export const stateTexts: Readonly<Record<SetState, StateWords>> = {
	complete: {verdict: 'complete', meaning: 'every selected file was copied'},
	partial: {verdict: 'partial', meaning: 'some files failed'},
	running: {verdict: 'running', meaning: 'a run is filling it'},
	interrupted: {verdict: 'interrupted', meaning: 'a run was stopped; the next one takes over its complete copies'},
	damaged: {verdict: 'damaged', meaning: 'its manifest, checksums or copies are damaged or lost'},
	foreign: {verdict: 'foreign', meaning: 'not made by this program, so its content is not known'},
	empty: {verdict: 'not a backup', meaning: 'there is no complete copy in it'},
};
