import {pathKey} from '../../files/path-key.ts';
import type {Extras} from '../../files/extras/extras.ts';
import type {Entry} from '../../origin/entry.ts';
import {recordFile} from '../../origin/file-record.ts';
import {toSmallSource} from '../../origin/small-source.ts';
import type {Complete} from '../../set/staging/committer.ts';
import {limitsOf} from '../../set/intact-copy.ts';
import type {CopyRecord} from '../../set/manifest/manifest.ts';
import {nameFor} from '../../set/names/names.ts';
import type {PreviousSet} from '../../set/previous.ts';
import type {Staging} from '../../set/staging/staging.ts';
import type {Claim} from '../copying/claims.ts';
import {reusedRecord} from '../copying/reuse.ts';
import {linkedDraft, openDraft} from './small-file-drafts.ts';
import {type SmallCopy, type SmallFile, smallCopyLimit} from './small-file-messages.ts';

/** A small file that a thread is to copy. */
export type SmallFileTask = {
	readonly entry: Entry;
	readonly claim: Claim;
	readonly draft: string;
	/** Its attributes beyond the mode, read at `lookedAt`, in milliseconds since the epoch. */
	readonly extras: Extras;
	readonly lookedAt: number;
	/** The copy in the previous set, and what it will be if it is linked. */
	readonly reuse: {readonly record: CopyRecord; readonly reused: CopyRecord} | undefined;
};

/** Staging directory and earlier copies that tasks use. */
export type SmallFileContext = {
	readonly staging: Staging;
	/** The set to link unchanged files from, and what of it fits. */
	readonly previous: PreviousSet | undefined;
	readonly reusable: ReadonlyMap<Entry, CopyRecord>;
};

/** Copy that an entry is to be linked from; `undefined` if it is to be copied. */
export function planReuse(entry: Entry, {path, names}: Claim, {previous, reusable}: SmallFileContext): SmallFileTask['reuse'] {
	const record = reusable.get(entry);
	const file = record && nameFor(names, record.stored);
	return previous && file && record.bytesOut <= smallCopyLimit ? {record, reused: reusedRecord({entry, record}, {path, file}, previous)} : undefined;
}

/** Decides where an entry is to be copied. */
export const planTask = (facts: Omit<SmallFileTask, 'draft'>, {staging}: SmallFileContext): SmallFileTask => ({...facts, draft: staging.draftName()});

/** Message to a thread. */
export const toRequest = (number: number, {entry, claim, draft, extras, lookedAt, reuse}: SmallFileTask): SmallFile => ({
	number,
	...toSmallSource(entry, extras, lookedAt),
	mayBeAsIs: claim.names.asIs !== undefined,
	draft,
	...(reuse && {
		reuse: {
			copy: pathKey(reuse.record.file),
			bytes: reuse.reused.bytesOut,
			sha256: reuse.reused.sha256,
			...(!reuse.reused.unkept?.includes('mode') && {limits: limitsOf(reuse.reused)}),
		},
	}),
});

/** Complete copy that a thread has made. */
export const toComplete = ({fd, reading, written}: SmallCopy, {entry, claim: {path, names}, draft, extras}: SmallFileTask, isVerified: boolean): Complete => ({
	draft: openDraft(fd, draft),
	record: {
		...recordFile(entry, path, extras, reading), ...written, file: nameFor(names, written.stored)!, isVerified,
	},
});

/** Complete copy that a thread has linked. */
export const toLinked = ({draft, reuse}: SmallFileTask): Complete => ({draft: linkedDraft(draft), record: reuse!.reused});
