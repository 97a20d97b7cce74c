import type {State} from '../state.ts';
import type {BrowseKeyContext} from './sets-key-table.ts';
import type {BrowseScreen} from './sets-state.ts';

function setContext({browse: {opened}}: State): BrowseKeyContext {
	if (!opened) {
		return 'set';
	}

	const {isTyping, anchor, filter} = opened.files;
	return isTyping ? 'setFilter' : (anchor === undefined ? (filter === '' ? 'set' : 'setFiltered') : 'setRange');
}

function workContext({browse: {task}}: State): BrowseKeyContext {
	if (!task || task.end) {
		return 'workOver';
	}

	// A removal is over in a moment, and half of one helps nobody.
	return task.stop === 'stopping' || task.kind === 'remove' ? 'workStopping' : (task.stop === 'asking' ? 'workAsking' : 'work');
}

/** Where a key pressed now would go. */
export function browseContext(state: State, screen: BrowseScreen): BrowseKeyContext {
	switch (screen) {
		case 'sets': {
			return state.browse.partner ? 'partner' : (state.browse.origin === 'none' ? 'setsAlone' : 'sets');
		}

		case 'set': {
			return setContext(state);
		}

		case 'task': {
			return workContext(state);
		}

		case 'diff':
		case 'restoreTo':
		case 'restorePlan':
		case 'removal': {
			return screen;
		}
	}
}
