/*
The bodies of the screens that are no pages of text. Apart from the registry, as only this loads Ink.
*/
import type {ComponentType} from 'react';
import type {ScreenName} from './keys/screen.ts';
import {ReviewBody} from './review/review-body.tsx';
import {OutcomesBody} from './run/outcomes-body.tsx';
import {RunBody} from './run/run-body.tsx';
import {isListShown} from './run/run-steps.ts';
import type {registry} from './registry.ts';
import {SetBody} from './sets/set-body.tsx';
import {SetsBody} from './sets/sets-body.tsx';
import type {State} from './state.ts';

/** The screens that are drawn, if only now and then. */
type DrawnName = {[Name in keyof typeof registry]: undefined extends ReturnType<(typeof registry)[Name]['lines']> ? Name : never}[keyof typeof registry];

type Body = ComponentType<{readonly state: State}>;

const drawn: Readonly<Record<DrawnName, Body>> = {
	review: ReviewBody,
	run: ({state}) => isListShown(state) ? <OutcomesBody state={state}/> : <RunBody state={state}/>,
	summary: OutcomesBody,
	sets: SetsBody,
	set: ({state}) => state.browse.opened ? <SetBody state={state} opened={state.browse.opened}/> : undefined,
};

/** By the name of the screen; nothing for those that are always pages. */
export const views: Readonly<Partial<Record<ScreenName, Body>>> = drawn;
