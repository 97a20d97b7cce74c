/*
A screen: one value with all that the program must know of it. The registry (tui/registry.ts) has one for each name.
*/
import type {Facts, Heading} from '../kit/facts.ts';
import type {Size} from '../kit/layout.ts';
import type {PageLine} from '../kit/page-lines.ts';
import type {ForcedExit} from '../terminal/guard-terminal.ts';
import type {CommonCommand, KeyTable} from './key-bindings.ts';

/** All screens. The compiler asks the registry for the value of each. */
export type ScreenName =
	'exists' | 'review' | 'command' | 'save' | 'confirm'
	| 'run' | 'summary'
	| 'sets' | 'set' | 'diff' | 'restoreTo' | 'restorePlan' | 'removal' | 'transfer' | 'task';

/** The reasons for leaving the screens. */
export type Exit =
	| ForcedExit
	| {readonly kind: 'quit'}
	/** The backup goes on without a screen. */
	| {readonly kind: 'left'}
	/** The run is over; the run's state says how. */
	| {readonly kind: 'ended'};

/** The parts of the state that all screens have. */
export type Shell = {
	readonly facts: Facts;
	readonly size: Size;
	readonly screen: ScreenName;
	/** Help lies over the screen. */
	readonly isHelpOpen: boolean;
	/** The first line shown of a page of text: the help, or a screen that is one. */
	readonly pageTop: number;
	/** Set once, at the end, to leave the screens. */
	readonly exit: Exit | undefined;
};

/** A state with effects: those that its last step asked for. */
export type Asking<Effect> = {
	readonly effects: readonly Effect[];
};

/** Asks for an effect. */
export const ask = <State extends Asking<unknown>>(state: State, ...effects: State['effects']): State => ({...state, effects: [...state.effects, ...effects]});

/** How far a session is: it decides what is said when it ends, and which background work waits for the run. */
export type Phase = 'choosing' | 'running' | 'over' | 'browsing';

/** Words of a footer, by command. */
export type Footers<Command extends string> = Readonly<Partial<Record<Command, string>>>;

/**
A screen, as far as its room knows it: everything is a function of the part of the state that the room has to do with (`Slice`).

`Command`: what its keys ask for that it sees to itself. `Elsewhere`: what they ask for that leads out of its room, which the registry sees to.
*/
export type Screen<Slice, Command extends string, Context extends string, Elsewhere extends string = never> = {
	/** The title of its help. */
	readonly title: string;
	readonly phase: Phase;
	/** Its key tables, one for each situation. */
	readonly keys: Readonly<Record<Context, KeyTable<NoInfer<Command | Elsewhere> | CommonCommand>>>;
	/** The situation that decides what a key means now. */
	readonly context: (state: Slice) => Context;
	/** Words of the footer, by command, for what its keys do just now, in place of those of the tables; an empty one leaves out a key that does nothing. */
	readonly footers?: (state: Slice) => Footers<NoInfer<Command | Elsewhere>>;
	/** The keys that its help lists, if not those of the present situation. */
	readonly helpContext?: Context;
	/** The situations in which help must not hide a question. */
	readonly urgent?: readonly Context[];
	/** The contexts in which characters are typed, which `type` takes. */
	readonly typed?: readonly Context[];
	readonly type?: (state: Slice, text: string) => Slice;
	/** The next state, or the same object where nothing changes. */
	readonly commands: Readonly<Record<Command, (state: Slice) => Slice>>;
	/** Applies Ctrl-C where it does not end the program; `undefined` where it does. */
	readonly interrupt?: (state: Slice) => Slice | undefined;
	/** Parts of the state that must be unchanged since they were drawn when a question is answered. */
	readonly question?: (state: Slice) => readonly unknown[];
	readonly heading: (state: Slice) => Heading;
	/** A page of text, with all of its lines; `undefined` while it is drawn (tui/views.tsx). */
	readonly lines: (state: Slice) => readonly PageLine[] | undefined;
	/** Text below the keys in its help. `width` in cells. */
	readonly about?: (width: number) => readonly PageLine[];
	/** The text for a terminal on which nothing fits, instead of the size it needs. */
	readonly brief?: (state: Slice) => string;
};
