import type {Note} from '../../set/notes.ts';

type NoteWords = {
	/** Of a file: what befell it, and what its copy is. */
	readonly text: string;
	/** A line of its own in the report of a run; missing where growing and renaming are all there is to tell, as logs do. */
	readonly line?: (path: string) => string;
};

/** Words for each note. */
const words: Readonly<Record<Note, NoteWords>> = {
	attributes: {
		text: 'some of its extended attributes are too long to be kept',
		line: path => `some extended attributes of ${path} are too long to be kept`,
	},
	shrunk: {
		text: 'was shorter than when it was listed; the copy holds what was left',
		line: path => `${path} became shorter since it was listed; what was left of it is in the backup`,
	},
	truncated: {
		text: 'was truncated during the backup; the copy holds what was left',
		line: path => `${path} became shorter while it was read; what was left of it is in the backup`,
	},
	changed: {
		text: 'was changed while it was read, twice; the copy is a mixture of moments',
		line: path => `${path} was changed while it was read, twice; the backup has a mixture of both states`,
	},
	incomplete: {
		text: 'has fewer entries than the files of the journal tell of: some are damaged, or there twice',
		line: path => `${path} has fewer entries than the files of the journal tell of: some are damaged, or there twice`,
	},
	vacuumed: {text: 'has lost entries in the journal since; the copy, of an earlier set, has them'},
	online: {text: 'is a journal that was being written to, or was never closed: its entries are readable, journalctl --verify will complain'},
	grew: {text: 'grew during the backup; the copy ends where the file ended when it was opened'},
	rotated: {text: 'was renamed or removed during the backup; the copy is complete'},
	renamed: {text: 'was renamed since it was listed; the copy has the name that it had by then'},
	replaced: {text: 'is not the file that had this name when it was listed'},
	unsized: {text: 'gave another length than its size said; read to its end'},
};

/** A note as text for a person: of a file, without its name. */
export const noteText = (note: Note): string => words[note].text;

/** Lines for those notes on a copy that get one in the report of a run, in the order of the table. `path`: text. */
export const noteLines = (path: string, notes: readonly Note[]): string[] =>
	Object.entries(words).flatMap(([note, {line}]) => line && notes.includes(note as Note) ? [line(path)] : []);
