import type {Reason} from '../files/errors.ts';
import type {NameFields} from '../set/manifest/manifest.ts';

type NamedPath = NameFields<'path'>;

/** Events of a restoration, field for field as JSON has it. Sizes are bytes, fractions 0–1. */
export type RestoreEvent =
	| {
		readonly message_type: 'restore_start';
		readonly date: string;
		/** The directory that is restored to. */
		readonly to: string;
		readonly total_files: number;
		/** As far as is known before. */
		readonly total_bytes: number;
	}
	/** `damaged`: the manifest is; `foreign`: there is none; `missing`: files that failed when the set was made; `owner`: it cannot be kept; `stopped`: what was restored stays; `journal`: where days of it became a journal. At the end: `access`: files are for their owners alone, `attributes` could not be set, modes, owners or times are `unkept`. */
	| {readonly message_type: 'notice'; readonly notice: 'damaged' | 'uncovered' | 'foreign' | 'missing' | 'owner' | 'stopped' | 'journal' | 'access' | 'attributes' | 'unkept'; readonly message: string}
	| {
		readonly message_type: 'status';
		readonly seconds_elapsed: number;
		readonly percent_done: number;
		readonly total_files: number;
		readonly files_done: number;
		readonly total_bytes: number;
		readonly bytes_done: number;
		readonly error_count: number;
	}
	/** With `--from`: copies are on their way from the remote. */
	| {
		readonly message_type: 'fetching';
		readonly seconds_elapsed: number;
		readonly percent_done: number;
		readonly total_files: number;
		/** Of copies. */
		readonly total_bytes: number;
		readonly bytes_done: number;
	}
	| NamedPath & {
		readonly message_type: 'file';
		/** `replaced`: something else had its name before. */
		readonly outcome: 'restored' | 'replaced';
		readonly bytes: number;
	}
	| NamedPath & {readonly message_type: 'error'; readonly error: Reason}
	/** Only of a dry run: what would become of a file. */
	| NamedPath & {
		readonly message_type: 'entry';
		/** Missing where nothing tells. */
		readonly size?: number;
	} & (
		| {readonly action: 'restore' | 'replace'}
		/** `reason`: what is in the way. */
		| {readonly action: 'fail'; readonly reason: string}
	)
	/** The end of a dry run. */
	| {
		readonly message_type: 'dry_run';
		readonly to: string;
		readonly total_files: number;
		readonly total_bytes: number;
		/** Number of files that cannot be restored there. */
		readonly files_in_the_way: number;
	}
	| {
		readonly message_type: 'restore_summary';
		readonly exit_code: number;
		readonly to: string;
		readonly total_files: number;
		readonly files_restored: number;
		readonly files_failed: number;
		readonly bytes_restored: number;
		readonly seconds_elapsed: number;
	};
