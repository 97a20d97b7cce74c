/*
The registry of screens. Keys, footers, help, pages, what is typed, questions and last words all derive from it.
*/
import type {Command} from './actions.ts';
import {
	chooseAgain,
	openSets,
	retryExisting,
	start,
} from './crossings.ts';
import {helpKeys, type KeyTable} from './keys/key-bindings.ts';
import type {Asking, Screen, ScreenName} from './keys/screen.ts';
import {enter, lift, takeBack} from './lift.ts';
import {commandScreen} from './review/command-page.ts';
import {confirmScreen} from './review/confirm-page.ts';
import {existsScreen} from './review/exists-page.ts';
import {reviewScreen} from './review/review-screen.ts';
import {runScreen} from './run/run-screen.ts';
import {summaryScreen} from './run/summary-page.ts';
import {diffScreen} from './sets/diff-page.ts';
import {removalScreen} from './sets/removal-page.ts';
import {restorePlanScreen} from './sets/restore-plan-page.ts';
import {restoreToScreen} from './sets/restore-to-page.ts';
import {setScreen} from './sets/set-screen.ts';
import {setsScreen} from './sets/sets-screen.ts';
import {taskScreen} from './sets/task-page.ts';
import type {Effect, State} from './state.ts';

/** The screens, as their rooms know them. */
export const registry = {
	exists: existsScreen,
	review: reviewScreen,
	command: commandScreen,
	confirm: confirmScreen,
	run: runScreen,
	summary: summaryScreen,
	sets: setsScreen,
	set: setScreen,
	diff: diffScreen,
	restoreTo: restoreToScreen,
	restorePlan: restorePlanScreen,
	removal: removalScreen,
	task: taskScreen,
} as const satisfies Readonly<Record<ScreenName, unknown>>;

/** What keys ask for that leads from one room to another. */
export type Crossing = 'start' | 'choose' | 'retry' | 'sets';

/** Where a key is pressed: a screen and what is going on on it, or the help that lies over it. */
export type KeyContext = {[Name in keyof typeof registry]: keyof (typeof registry)[Name]['keys']}[keyof typeof registry] | 'help';

type Step = (state: State) => State;

/** A screen as a function of the whole state. */
export type AnyScreen = Required<Pick<Screen<State, never, KeyContext>, 'title' | 'phase' | 'context' | 'heading' | 'lines' | 'question' | 'about'>>
	& Pick<Screen<State, never, KeyContext>, 'helpContext' | 'brief'>
	& {
		readonly keys: Readonly<Partial<Record<KeyContext, KeyTable<Command>>>>;
		readonly urgent: readonly KeyContext[];
		readonly typed: readonly KeyContext[];
		readonly type: (state: State, text: string) => State;
		readonly commands: Readonly<Partial<Record<Command, Step>>>;
		readonly interrupt: (state: State) => State | undefined;
	};

/**
Gives a screen the whole state.

@param toSlice Gives a room the state as it knows it.
@param elsewhere What leads out of its room.
*/
function adopt<Slice extends Asking<Effect>, Own extends Command, Context extends KeyContext, Elsewhere extends Crossing = never>(
	screen: Screen<Slice, Own, Context, Elsewhere>,
	toSlice: (state: State) => NoInfer<Slice>,
	elsewhere: Readonly<Record<Elsewhere, Step>>,
): AnyScreen {
	const commands = Object.entries<(slice: Slice) => Slice>(screen.commands).map(([command, step]) => [command, lift(step, toSlice)] as const);

	return {
		title: screen.title,
		phase: screen.phase,
		keys: screen.keys,
		context: state => screen.context(toSlice(state)),
		...(screen.helpContext && {helpContext: screen.helpContext}),
		urgent: screen.urgent ?? [],
		typed: screen.typed ?? [],
		type: (state, text) => lift((slice: Slice) => screen.type?.(slice, text) ?? slice, toSlice)(state),
		commands: {...Object.fromEntries(commands), ...elsewhere},
		interrupt(state) {
			const slice = toSlice(state);
			const next = screen.interrupt?.(slice);
			return next && takeBack(state, slice, next);
		},
		question: state => screen.question?.(toSlice(state)) ?? [],
		heading: state => screen.heading(toSlice(state)),
		lines: state => screen.lines(toSlice(state)),
		about: width => screen.about?.(width) ?? [],
		...(screen.brief && {brief: state => screen.brief!(toSlice(state))}),
	};
}

/** All screens, by name. */
export const screens: Readonly<Record<ScreenName, AnyScreen>> = {
	exists: adopt(registry.exists, enter, {retry: retryExisting, sets: openSets('exists')}),
	review: adopt(registry.review, enter, {sets: openSets('review')}),
	command: adopt(registry.command, enter, {}),
	confirm: adopt(registry.confirm, enter, {start}),
	run: adopt(registry.run, enter, {}),
	summary: adopt(registry.summary, enter, {choose: chooseAgain}),
	sets: adopt(registry.sets, enter, {}),
	set: adopt(registry.set, enter, {}),
	diff: adopt(registry.diff, enter, {}),
	restoreTo: adopt(registry.restoreTo, enter, {}),
	restorePlan: adopt(registry.restorePlan, enter, {}),
	removal: adopt(registry.removal, enter, {}),
	task: adopt(registry.task, enter, {}),
};

/** All keys there are. */
export const keyTable = Object.fromEntries([
	['help', helpKeys], ...Object.values(screens).flatMap(({keys}) => Object.entries(keys)),
]) as Readonly<Record<KeyContext, KeyTable<Command>>>;
