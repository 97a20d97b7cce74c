/*
The registry of screens: a name for each, and what they are where they are made.
*/
import type {ScreenName} from './keys/screen.ts';
import {commandScreen} from './review/command-page.ts';
import {confirmScreen} from './review/confirm-page.ts';
import {existsScreen} from './review/exists-page.ts';
import {reviewScreen} from './review/review-screen.ts';
import {saveScreen} from './review/save-page.ts';
import {runScreen} from './run/run-screen.ts';
import {summaryScreen} from './run/summary-page.ts';
import {diffScreen} from './sets/diff-page.ts';
import {removalScreen} from './sets/removal-page.ts';
import {restorePlanScreen} from './sets/restore-plan-page.ts';
import {restoreToScreen} from './sets/restore-to-page.ts';
import {setScreen} from './sets/set-screen.ts';
import {setsScreen} from './sets/sets-screen.ts';
import {taskScreen} from './sets/task-page.ts';
import {transferScreen} from './sets/transfer-page.ts';

/** The screens, as their rooms know them. */
export const registry = {
	exists: existsScreen,
	review: reviewScreen,
	command: commandScreen,
	save: saveScreen,
	confirm: confirmScreen,
	run: runScreen,
	summary: summaryScreen,
	sets: setsScreen,
	set: setScreen,
	diff: diffScreen,
	restoreTo: restoreToScreen,
	restorePlan: restorePlanScreen,
	removal: removalScreen,
	transfer: transferScreen,
	task: taskScreen,
} as const satisfies Readonly<Record<ScreenName, unknown>>;

/** The commands that lead from one room to another. */
export type Crossing = 'saveMarks' | 'start' | 'choose' | 'retry' | 'add' | 'sets';

/** The situation that decides what a key means: a screen's own, or the help that lies over it. */
export type KeyContext = {[Name in keyof typeof registry]: keyof (typeof registry)[Name]['keys']}[keyof typeof registry] | 'help';
