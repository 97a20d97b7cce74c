/*
Events of a run: the only thing the user interfaces know of it, and, one to a line, the JSON Lines that scripts read
(docs/json-lines.md). The names follow restic's where it has one. Sizes are bytes, durations seconds, fractions 0–1, moments ISO 8601.
*/
import type {LeftOutContent, LeftOutCounts, LeftOutReason} from '../files/left-out.ts';
import type {ExitCode} from '../exit/exit-codes.ts';
import type {Reason} from '../files/errors.ts';
import type {NameFields} from '../set/manifest/manifest.ts';
import type {Note} from '../set/notes.ts';

type NamedPath = NameFields<'path'>;

export type StartEvent = {
	readonly message_type: 'start';
	readonly version: string;
	readonly pid: number;
	readonly host: string;
	readonly started: string;
	/** The local date that names the set, `YYYY-MM-DD`. */
	readonly date: string;
	readonly source: string;
	/** The directory the finished set will have. */
	readonly set: string;
	readonly total_files: number;
	readonly total_bytes: number;
};

/** Something found or done before the first file, for a person to know: `resumed` staging, `swept` remains of an earlier run, why the `engine` is zlib, that there is nothing to `retry` or to `add`, that a killed one was `merged`, that a glob is `unused`, that something is `not_swept` and stays of a removed set, that nobody can tell who has `access` to the sources; at the end, what the destination has `unkept`. */
export type NoticeEvent = {
	readonly message_type: 'notice';
	readonly notice: 'resumed' | 'swept' | 'engine' | 'retry' | 'add' | 'merged' | 'merge_waits' | 'unsound' | 'access' | 'unkept' | 'unused' | 'not_swept';
	readonly message: string;
	readonly remedy?: string;
	/** Number of complete copies picked up, or of left-over files removed. */
	readonly files: number;
};

export type ActiveFile = NamedPath & {
	readonly bytes_done: number;
	readonly total_bytes: number;
	/** `total_bytes` is an estimate, as the length of a stream is not known before its end. */
	readonly estimated?: true;
	/** Only of what is made of records, once there are some: how many have been read, of how many that are known of, and the time of the last one. */
	readonly records_done?: number;
	readonly total_records?: number;
	readonly time_reached?: string;
	/** It has been read, and its copy is read back and synced. */
	readonly checking?: true;
};

/** Progress of the run: at most a few times a second, and once more at its end. */
export type StatusEvent = {
	readonly message_type: 'status';
	readonly seconds_elapsed: number;
	/** By what bytes and files have cost so far; missing until there is something to tell it by. */
	readonly seconds_remaining?: number;
	/** For how many whole seconds nothing was read, written or finished; missing where these are less than five. */
	readonly seconds_idle?: number;
	/** 0–1, by bytes of source read. */
	readonly percent_done: number;
	readonly total_files: number;
	readonly files_done: number;
	readonly total_bytes: number;
	readonly bytes_done: number;
	readonly bytes_written: number;
	/** Bytes of source read in a second, over the last few seconds. */
	readonly bytes_per_second: number;
	readonly error_count: number;
	/** Files that have been read, and are read back and synced; missing from earlier versions. */
	readonly files_checking?: number;
	readonly current_files: readonly ActiveFile[];
};

/** A file that is finished and was not a failure. */
export type FileEvent = NamedPath & {
	readonly message_type: 'file';
	/** `reused`: it has not changed since an earlier set, whose copy is linked into this one. `vanished`: it was there when the directory was listed, and gone when it was its turn. */
	readonly outcome: 'done' | 'reused' | 'vanished';
	/** The path that it was listed under, if it was renamed before its turn came; `listed_as_b64` as `path_b64`. */
	readonly listed_as?: string;
	readonly listed_as_b64?: string;
	/** The date of the set whose copy was linked; only where it was `reused`. */
	readonly reused_from?: string;
	readonly notes: readonly Note[];
	/** Bytes read from the source. */
	readonly bytes_in: number;
	/** Bytes of the copy. */
	readonly bytes_out: number;
	/** Read back, and found to give what was read from the source. */
	readonly verified: boolean;
	/** Picked up complete from the staging of an interrupted run. */
	readonly resumed: boolean;
};

/** A file that could not be copied; the run went on without it. */
export type ErrorEvent = NamedPath & {
	readonly message_type: 'error';
	readonly error: Reason;
};

/** Entries that are not in the set for one reason: their number, the first of them by name, and where it is known what they hold. */
export type LeftOutEvent = Partial<LeftOutContent> & {
	readonly message_type: 'left_out';
	readonly reason: LeftOutReason;
	readonly count: number;
	readonly paths: readonly NamedPath[];
};

/** The end of a run that finished; a set stands in `set` unless `exit_code` says otherwise. */
export type SummaryEvent = {
	readonly message_type: 'summary';
	readonly exit_code: ExitCode;
	/** The directory of the set; missing if nothing was published. */
	readonly set?: string;
	readonly started: string;
	readonly finished: string;
	readonly total_files: number;
	readonly files_done: number;
	readonly files_failed: number;
	readonly files_vanished: number;
	/** Of `files_done`, how many were picked up from the staging of an interrupted run. */
	readonly files_resumed: number;
	/** Of `files_done`, how many have not changed since an earlier set, whose copies they share. */
	readonly files_reused: number;
	/** Of `files_done`, how many were read back and found right. */
	readonly files_verified: number;
	readonly bytes_in: number;
	/** Of `bytes_in`, what was not read, as it has not changed since an earlier set; missing from earlier versions. */
	readonly bytes_reused?: number;
	/** Of `bytes_in`, what was not read, as an interrupted run had copied it; missing from earlier versions, and where there was none. */
	readonly bytes_resumed?: number;
	/** The dates of the sets that unchanged files are linked from; missing where there are none. */
	readonly reused_from?: readonly string[];
	readonly bytes_out: number;
	/** Of `bytes_out`, what is not shared with an earlier set. */
	readonly bytes_new: number;
	/** Numbers of entries not selected, by reason; missing if unknown. */
	readonly left_out?: LeftOutCounts;
	/** Content of all of them that anybody could miss; missing if unknown. */
	readonly left_out_content?: LeftOutContent;
	/** Only of a run that retried; all else is about the whole set then. How many files it tried, how many copies it added to the set, and their size. */
	readonly files_tried?: number;
	readonly files_added?: number;
	readonly bytes_added?: number;
	readonly seconds_elapsed: number;
};

/** The end of a run that could not start or could not go on. */
export type ExitErrorEvent = {
	readonly message_type: 'exit_error';
	/** A documented exit code, or 128 + N where signal N ended the run. */
	readonly code: number;
	/** The event and its path. */
	readonly message: string;
	/** Advice, if there is any; it may name flags. */
	readonly remedy?: string;
	/** Complete copies that stay in staging for the next run. */
	readonly files_kept: number;
	/** Selected files that were not done. */
	readonly files_not_done: number;
};

/** Result of removing old sets, after a run that succeeded and was told which to keep. */
export type PrunedEvent = {
	readonly message_type: 'pruned';
	/** All of it, for a person. */
	readonly message: string;
	readonly removed: ReadonlyArray<{readonly date: string; readonly bytes_freed: number}>;
	/** `date` is missing if the sets could not even be listed. */
	readonly failed: ReadonlyArray<{readonly date?: string; readonly error: Reason}>;
	readonly sets_kept: number;
	/** Bytes that no remaining set shares. */
	readonly bytes_freed: number;
};

export type BackupEvent = StartEvent | NoticeEvent | LeftOutEvent | StatusEvent | FileEvent | ErrorEvent | PrunedEvent | SummaryEvent | ExitErrorEvent;
