/*
Notes on a copy that is none the worse for them: the words of manifests and events. A further note needs a row here, its text in
`report/words/note-words.ts`, and a place that finds it in `origin/`.
*/

/** Of each note, whether a copy that has it is still of all that its source was at one moment, so that a later set may link it. */
const notes = {
	/** Some of the source's extended attributes were too much to be kept. */
	attributes: {isWhole: true},
	/** The copy ends where the file ended when it was opened. */
	grew: {isWhole: true},
	/** It became shorter while it was read. */
	truncated: {isWhole: false},
	/** Another file, or none, has its name by now. */
	rotated: {isWhole: true},
	/** Its size and time say nothing of what is in it. */
	unsized: {isWhole: false},
	/** It was written to in its middle while it was read, twice. */
	changed: {isWhole: false},
	/** It has another name than when it was listed. */
	renamed: {isWhole: true},
	/** Another file had its name when it was listed. */
	replaced: {isWhole: true},
	/** It is shorter than when it was listed. */
	shrunk: {isWhole: true},
	/** It is a file of a journal that was being written to, or was never closed. */
	online: {isWhole: true},
	/** It has less of a journal's day than the journal's files say they have. */
	incomplete: {isWhole: false},
	/** The journal has lost some of what the copy holds. */
	vacuumed: {isWhole: true},
} as const satisfies Readonly<Record<string, {readonly isWhole: boolean}>>;

/** Something worth knowing of a copy that is none the worse for it. */
export type Note = keyof typeof notes;

/** All notes that this version knows. */
export const knownNotes = Object.keys(notes) as readonly Note[];

/** Whether a word, of a manifest or an event of any version, is a note that this one knows. */
export const isNote = (word: string): word is Note => Object.hasOwn(notes, word);

/** Whether copies with such notes are of all that their sources were at one moment. Those of later versions say nothing against it. */
export const areWhole = (words: readonly string[]): boolean => words.every(word => !isNote(word) || notes[word].isWhole);
