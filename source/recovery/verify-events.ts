import type {SetState} from '../set/catalog.ts';

/**
- `manifest`, `checksums`: what describes the set is damaged, missing, or contradicts itself
- `missing`, `extra`: a file is not there, or is there and should not be
- `damaged`: a copy is not what was written
- `unreadable`: it could not be checked
- `mode`, `owner`: others may have been able to read or change it
*/
export type FindingKind = 'manifest' | 'checksums' | 'missing' | 'extra' | 'damaged' | 'unreadable' | 'mode' | 'owner';

/** Something that is wrong with a set. */
export type Finding = {
	readonly kind: FindingKind;
	/** Relative to the set, in bytes; missing if it is about the set as a whole. */
	readonly file?: Buffer;
	/** For a person; safe to print. */
	readonly message: string;
};

/** Events of a verification, field for field as JSON has it. */
export type VerifyEvent =
	| {
		readonly message_type: 'verify_start';
		readonly total_sets: number;
		/** Bytes of copies, as far as manifests tell. */
		readonly total_bytes: number;
	}
	| {
		readonly message_type: 'status';
		readonly seconds_elapsed: number;
		/** 0–1. */
		readonly percent_done: number;
		readonly date: string;
		readonly total_sets: number;
		readonly sets_done: number;
		readonly files_done: number;
		readonly total_bytes: number;
		readonly bytes_done: number;
		readonly error_count: number;
	}
	| {
		readonly message_type: 'finding';
		readonly date: string;
		readonly finding: FindingKind;
		readonly file?: string;
		readonly file_b64?: string;
		readonly message: string;
	}
	| {
		readonly message_type: 'set_verified';
		readonly date: string;
		readonly state: SetState;
		readonly files: number;
		/** Bytes of copies. */
		readonly bytes: number;
		readonly findings: number;
		/** Files in a set without a manifest that nothing tells anything about: they are not compressed. */
		readonly files_unchecked: number;
	}
	| {readonly message_type: 'notice'; readonly notice: 'staging' | 'gone' | 'merging'; readonly date: string; readonly message: string}
	| {
		readonly message_type: 'verify_summary';
		readonly exit_code: number;
		readonly sets: number;
		readonly files: number;
		readonly bytes: number;
		readonly findings: number;
		readonly seconds_elapsed: number;
	};
