import type {BackupEvent} from '../backup/events.ts';
import {isObject, type Json} from '../set/manifest/json.ts';
import {isNote} from '../set/notes.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isListOf = (value: unknown, is: (item: unknown) => boolean): value is readonly unknown[] => Array.isArray(value) && value.every(item => is(item));
const isReason = (value: unknown) => isObject(value) && isText(value.message);
const isNamed = (value: unknown) => isObject(value) && isText(value.path);
const isFileUnderWay = (value: unknown) => isObject(value) && isText(value.path) && isNumber(value.bytes_done) && isNumber(value.total_bytes)
	&& (value.time_reached === undefined || isText(value.time_reached));
const isRemoved = (value: unknown) => isObject(value) && isText(value.date) && isNumber(value.bytes_freed);
const isFailed = (value: unknown) => isObject(value) && isReason(value.error);
const areNumbers = (json: Json, ...fields: readonly string[]) => fields.every(field => isNumber(json[field]));
const areTexts = (json: Json, ...fields: readonly string[]) => fields.every(field => isText(json[field]));

/** Checks the required fields of each message type. */
const shapes: Readonly<Record<BackupEvent['message_type'], (json: Json) => boolean>> = {
	start: json => areTexts(json, 'version', 'host', 'started', 'date', 'source', 'set') && areNumbers(json, 'pid', 'total_files', 'total_bytes'),
	notice: json => areTexts(json, 'notice', 'message'),
	left_out: json => isText(json.reason) && isNumber(json.count) && isListOf(json.paths, isNamed),
	status: json => areNumbers(json, 'seconds_elapsed', 'percent_done', 'total_files', 'files_done', 'total_bytes', 'bytes_done', 'bytes_written', 'bytes_per_second', 'error_count')
		&& isListOf(json.current_files, isFileUnderWay),
	file: json => areTexts(json, 'path', 'outcome') && areNumbers(json, 'bytes_in', 'bytes_out') && isListOf(json.notes, isText),
	error: json => isText(json.path) && isReason(json.error),
	pruned: json => isText(json.message) && isListOf(json.removed, isRemoved) && isListOf(json.failed, isFailed) && areNumbers(json, 'sets_kept', 'bytes_freed'),
	summary: json => areTexts(json, 'started', 'finished')
		&& areNumbers(json, 'exit_code', 'total_files', 'files_done', 'files_failed', 'files_vanished', 'files_resumed', 'files_reused', 'files_verified', 'bytes_in', 'bytes_out', 'bytes_new', 'seconds_elapsed'),
	exit_error: json => isText(json.message) && areNumbers(json, 'code', 'files_kept', 'files_not_done'),
};

/** A file whose outcome or notes have no name here is one that did not fail, all the same. */
const withKnownWords = (json: Json): Json => ({
	...json,
	outcome: ['done', 'reused', 'vanished'].includes(String(json.outcome)) ? json.outcome : 'done',
	notes: (json.notes as readonly string[]).filter(note => isNote(note)),
});

/**
Takes a message for the event it is.

@returns `undefined` if this version knows none of that type, or not of that shape: a later one may have made it.
*/
export function toEvent(json: Json): BackupEvent | undefined {
	const type = json.message_type;

	const isKnown = isText(type) && Object.hasOwn(shapes, type) && shapes[type as BackupEvent['message_type']](json);
	return isKnown ? (type === 'file' ? withKnownWords(json) : json) as BackupEvent : undefined;
}
