/*
What a screen is: one value with all that the program must know of it. The registry (tui/registry.ts) has one for each name.
*/
import type {Facts, Heading} from '../kit/facts.ts';
import type {Size} from '../kit/layout.ts';
import type {PageLine} from '../kit/page-lines.ts';
import type {Interruption} from '../terminal/guard-terminal.ts';
import type {CommonCommand, KeyTable} from './key-bindings.ts';

/** All screens. The compiler asks the registry for the value of each. */
export type ScreenName =
	'exists' | 'review' | 'command' | 'confirm'
	| 'run' | 'summary'
	| 'sets' | 'set' | 'diff' | 'restoreTo' | 'restorePlan' | 'removal' | 'task';

/** Why the screens are left. */
export type Exit =
	| Interruption
	| {readonly kind: 'quit'}
	/** The backup goes on without the screen. */
	| {readonly kind: 'left'}
	/** The run is over; the run's state says how. */
	| {readonly kind: 'ended'};

/** What all screens have in common. */
export type Shell = {
	readonly facts: Facts;
	readonly size: Size;
	readonly screen: ScreenName;
	/** Help lies over the screen. */
	readonly isHelpOpen: boolean;
	/** The first line shown of a page of text: the help, or a screen that is one. */
	readonly pageTop: number;
	/** Set once, at the end: the screen is to be left. */
	readonly exit: Exit | undefined;
};

/** A state whose steps ask for things to be done beside: `effects` are those asked for by the last step. */
export type Asking<Effect> = {
	readonly effects: readonly Effect[];
};

/** Asks for something to be done. */
export const ask = <State extends Asking<unknown>>(state: State, ...effects: State['effects']): State => ({...state, effects: [...state.effects, ...effects]});

/** How far a session is: for what is said when it ends, and for work that a run would only be disturbed by. */
export type Phase = 'choosing' | 'running' | 'over' | 'browsing';

/**
A screen, as far as its room knows it: everything is a function of the part of the state that the room has to do with (`Slice`).

`Command`: what its keys ask for that it sees to itself. `Elsewhere`: what they ask for that leads out of its room, which the registry sees to.
*/
export type Screen<Slice, Command extends string, Context extends string, Elsewhere extends string = never> = {
	/** Over its help. */
	readonly title: string;
	readonly phase: Phase;
	/** Its keys, by what is going on on it. */
	readonly keys: Readonly<Record<Context, KeyTable<NoInfer<Command | Elsewhere> | CommonCommand>>>;
	/** Where a key pressed now would go. */
	readonly context: (state: Slice) => Context;
	/** What is said of its keys in its help, if not those of the present moment. */
	readonly helpContext?: Context;
	/** Questions that help does not lie over. */
	readonly urgent?: readonly Context[];
	/** Where characters are typed, which `type` takes. */
	readonly typed?: readonly Context[];
	readonly type?: (state: Slice, text: string) => Slice;
	/** The next state, or the same object where nothing changes. */
	readonly commands: Readonly<Record<Command, (state: Slice) => Slice>>;
	/** What Ctrl-C does where it does not end the program; `undefined` where it does. */
	readonly interrupt?: (state: Slice) => Slice | undefined;
	/** What else must be as it was seen when a question is answered. */
	readonly question?: (state: Slice) => readonly unknown[];
	readonly heading: (state: Slice) => Heading;
	/** A page of text, with all of its lines; `undefined` while it is drawn (tui/views.tsx). */
	readonly lines: (state: Slice) => readonly PageLine[] | undefined;
	/** What help says below the keys. `width` in cells. */
	readonly about?: (width: number) => readonly PageLine[];
	/** All that is said where nothing fits, instead of what the terminal needs. */
	readonly brief?: (state: Slice) => string;
};
