/*
The screens as functions of the whole state. Keys, footers, help, pages, what is typed, questions and last words all derive from them.
*/
import type {Command} from './actions.ts';
import {
	addToExisting,
	chooseAgain,
	openSets,
	retryExisting,
	saveMarks,
	start,
} from './crossings.ts';
import {helpKeys, type KeyTable} from './keys/key-bindings.ts';
import type {
	Asking,
	Footers,
	Screen,
	ScreenName,
} from './keys/screen.ts';
import {enter, lift, takeBack} from './lift.ts';
import {type Crossing, type KeyContext, registry} from './registry.ts';
import type {Effect, State} from './state.ts';

type Step = (state: State) => State;

/** A screen as a function of the whole state. */
export type AnyScreen = Required<Pick<Screen<State, never, KeyContext>, 'title' | 'phase' | 'context' | 'heading' | 'lines' | 'question' | 'about'>>
	& Pick<Screen<State, never, KeyContext>, 'helpContext' | 'brief'>
	& {
		readonly keys: Readonly<Partial<Record<KeyContext, KeyTable<Command>>>>;
		readonly urgent: readonly KeyContext[];
		readonly typed: readonly KeyContext[];
		readonly footers: (state: State) => Footers<Command>;
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
		footers: state => screen.footers?.(toSlice(state)) ?? {},
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
	exists: adopt(registry.exists, enter, {retry: retryExisting, add: addToExisting, sets: openSets('exists')}),
	review: adopt(registry.review, enter, {sets: openSets('review')}),
	command: adopt(registry.command, enter, {}),
	save: adopt(registry.save, enter, {}),
	confirm: adopt(registry.confirm, enter, {start}),
	run: adopt(registry.run, enter, {}),
	summary: adopt(registry.summary, enter, {choose: chooseAgain, saveMarks}),
	sets: adopt(registry.sets, enter, {}),
	set: adopt(registry.set, enter, {}),
	diff: adopt(registry.diff, enter, {}),
	restoreTo: adopt(registry.restoreTo, enter, {}),
	restorePlan: adopt(registry.restorePlan, enter, {}),
	removal: adopt(registry.removal, enter, {}),
	transfer: adopt(registry.transfer, enter, {}),
	task: adopt(registry.task, enter, {}),
};

/** All keys there are. */
export const keyTable = Object.fromEntries([
	['help', helpKeys], ...Object.values(screens).flatMap(({keys}) => Object.entries(keys)),
]) as Readonly<Record<KeyContext, KeyTable<Command>>>;
