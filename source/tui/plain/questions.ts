/*
Questions that come before something is written or deleted, by lines.
*/
import type {Command} from '../actions.ts';
import {nextSample} from '../review/forecast.ts';
import {pageLines} from '../pages.ts';
import {formatCount} from '../../text/format.ts';
import type {RestorePreview} from '../sets/browser.ts';
import {possibleFiles} from '../sets/restore-plan-page.ts';
import {awaitState} from './await-state.ts';
import {type Desk, patience, type Talk} from './talk.ts';
import {readOut} from './voice.ts';

export const yes: ReadonlySet<string> = new Set(['y', 'yes']);
export const no: ReadonlySet<string> = new Set(['n', 'no', 'q', 'quit']);

export const wordOf = (line: string) => line.trim().toLowerCase();

/** Reads a page out: what is asked about it comes after. */
function readPage({voice, state, settings}: Desk): void {
	voice.sayAll(readOut(pageLines(state)));
	settings.forgetTyped();
}

type PageQuestion = {
	readonly prompt: string;
	/** What is done at a yes; a no goes back. */
	readonly accept: Command;
	/** Said after a no. */
	readonly refused?: string;
	/** Said after anything else. */
	readonly help: string;
	/** Before the page is read out. */
	readonly prepare?: () => Promise<void>;
};

/** A question about a page, to be answered by yes or no. */
const pageQuestion = (desk: Desk, {prompt, accept, refused, help, prepare}: PageQuestion): Talk => ({
	async enter() {
		await prepare?.();
		readPage(desk);
	},
	prompt: () => prompt,
	async take(line) {
		const word = wordOf(line);

		if (yes.has(word)) {
			desk.command(accept);
		} else if (no.has(word)) {
			desk.command('back');

			if (refused !== undefined) {
				desk.voice.say(refused);
			}
		} else {
			desk.voice.say(help);
		}
	},
});

/** The question before a backup starts, with what will be written. */
export const startQuestion = (desk: Desk): Talk => pageQuestion(desk, {
	prompt: 'Start? y or n: ',
	accept: 'start',
	refused: 'Not started.',
	help: 'y starts the backup, n goes back to choosing.',
	async prepare() {
		await awaitState(desk.store, ({review, space}) => nextSample(review) === undefined && space !== undefined, patience);
	},
});

/** The question before sets are pushed, or one is fetched. */
export const transferQuestion = (desk: Desk): Talk => pageQuestion(desk, {
	prompt: 'Begin? y or n: ', accept: 'accept', help: 'y begins, n goes back to the sets.',
});

/** Types a line into the editor in which a directory or a date is asked for. */
function typeLine({store}: Desk, text: string): void {
	store.dispatch({type: 'command', command: 'clearLine'});
	store.dispatch({type: 'text', text});
}

/** The directory to restore to. */
export const targetQuestion = (desk: Desk): Talk => {
	/** The default answer, until something else was typed. */
	let offer = '';

	return {
		async enter() {
			const {order, editor} = desk.state.browse;
			const count = order?.paths.length ?? 0;
			offer = editor.text;
			desk.voice.say(`Restore ${count === 0 ? 'all files' : formatCount(count, 'file')} of the set of ${order?.name.date ?? ''}. Nothing is written yet.`);
		},
		prompt: () => `Directory (Enter takes ${offer}, n goes back): `,
		async take(line) {
			const text = line.trim();

			if (no.has(text.toLowerCase())) {
				desk.command('back');
				desk.voice.say('Nothing was restored.');
				return;
			}

			typeLine(desk, text === '' ? offer : text);
			desk.command('accept');
			await desk.wait(({browse}) => !browse.editor.isBusy, 'Looking at what is there.');
			const {screen, browse: {editor}} = desk.state;

			if (screen === 'restoreTo' && editor.problem !== undefined) {
				desk.voice.say(`${editor.problem}.`.replace(/\.\.$/v, '.'));
			}
		},
	};
};

const isAnyPossible = (preview: RestorePreview | undefined): boolean => preview === undefined || possibleFiles(preview) > 0;

/** What can be answered to a plan. */
function planPrompt(preview: RestorePreview | undefined): string {
	const isAnythingThere = preview !== undefined && preview.replaced.length + preview.blocked.length > 0;
	return isAnyPossible(preview)
		? (isAnythingThere ? 'Restore? y or n; o replaces what is there, or leaves it: ' : 'Restore? y or n: ')
		: 'n goes back; o replaces what is there, or leaves it: ';
}

/** The question before files are restored, with what would be written. */
export const planQuestion = (desk: Desk): Talk => ({
	async enter() {
		readPage(desk);
	},
	prompt: () => planPrompt(desk.state.browse.preview),
	async take(line) {
		const word = wordOf(line);
		const isPossible = isAnyPossible(desk.state.browse.preview);

		if (yes.has(word) && isPossible) {
			desk.command('accept');
		} else if (no.has(word)) {
			desk.command('back');
		} else if (word === 'o') {
			desk.command('overwrite');
			await desk.wait(({browse}) => !browse.editor.isBusy, 'Looking at what is there.');

			if (desk.state.screen === 'restorePlan') {
				readPage(desk);
			}
		} else {
			desk.voice.say(`${isPossible ? 'y restores' : 'No file can be restored there'}, n goes back to the directory, o replaces files that are in the way, or leaves them.`);
		}
	},
});

/** The date of a set, before it is deleted. */
export const removalQuestion = (desk: Desk): Talk => ({
	async enter() {
		// The line in which a screen shows what is typed.
		desk.voice.sayAll(readOut(pageLines(desk.state)).filter(text => text !== '_'));
		desk.settings.forgetTyped();
	},
	prompt: () => 'Its date deletes it, n goes back: ',
	async take(line) {
		if (no.has(wordOf(line)) || line.trim() === '') {
			desk.command('back');
			desk.voice.say('Nothing was deleted.');
			return;
		}

		typeLine(desk, line.trim());
		desk.command('accept');
		const {screen, browse: {editor}} = desk.state;

		if (screen === 'removal' && editor.problem !== undefined) {
			desk.voice.say(editor.problem);
		}
	},
});
