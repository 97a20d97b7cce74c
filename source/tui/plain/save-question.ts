import {pageLines} from '../pages.ts';
import {type Desk, type Talk} from './talk.ts';
import {no, wordOf, yes} from './questions.ts';
import {readOut} from './voice.ts';

/** What would be saved as the configuration, before it is. */
export const saveQuestion = (desk: Desk): Talk => {
	const isOpen = () => {
		const {saving} = desk.state;
		return saving !== undefined && saving.problem === undefined && !saving.isSaved && saving.plan?.isSame === false;
	};

	const tell = () => {
		desk.voice.sayAll(readOut(pageLines(desk.state)));
	};

	return {
		async enter() {
			await desk.wait(({saving}) => saving?.plan !== undefined || saving?.problem !== undefined, 'Looking at what there is.');
			tell();
			desk.settings.forgetTyped();

			if (!isOpen()) {
				desk.command('back');
			}
		},
		prompt: () => 'Save? y or n: ',
		async take(line) {
			const word = wordOf(line);

			if (yes.has(word)) {
				desk.command('save');
				await desk.wait(() => !desk.state.saving?.isWriting, 'Saving.');
				tell();
				desk.command('back');
			} else if (no.has(word)) {
				desk.command('back');
				desk.voice.say('Nothing was saved.');
			} else {
				desk.voice.say('y saves, n goes back to choosing.');
			}
		},
	};
};
