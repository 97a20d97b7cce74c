import type {ManifestHead} from '../set/manifest/manifest-head.ts';
import {type MissingRecord, nameFields, storedName} from '../set/manifest/manifest.ts';
import type {FileFacts} from '../set/file-facts.ts';
import type {OpenedSet, SetFile} from '../set/open-set.ts';
import {displayName, displayText} from '../text/display-name.ts';
import {
	formatBytes,
	formatCount,
	formatNumber,
	localTime,
} from '../text/format.ts';
import {copiedRecordsText, dayJson} from './words/day-words.ts';
import {linkedText, outcomeWords} from './words/outcomes.ts';
import {setJson} from './set-list.ts';

/** A file of a set, and what can be told of it. */
export type ShownFile = {readonly file: SetFile; readonly facts: FileFacts} | {readonly missing: MissingRecord};

const pathOf = (listed: ShownFile): Buffer => 'missing' in listed ? listed.missing.path : listed.file.path;

/** As they are listed. */
export const sortListed = (listed: readonly ShownFile[]): ShownFile[] => listed.toSorted((one, other) => pathOf(one).compare(pathOf(other)));

const formatRow = (outcome: string, size: string, copy: string, name: string) => `${outcome.padEnd(9)}  ${size.padStart(7)}  ${copy.padStart(7)}  ${name}`;

const bytesOrUnknown = (bytes: number | undefined) => bytes === undefined ? '-' : formatBytes(bytes);

/** `found`: no manifest tells how it went. */
const outcomeOf = ({record}: SetFile) => record ? (record.reusedFrom === undefined ? 'done' : 'reused') : 'found';

function remarksOn({stored, record}: SetFile): string {
	const records = copiedRecordsText(record);
	const remarks = [
		...(records === undefined ? [] : [records]),
		...record?.notes.map(note => displayText(note)) ?? [],
		...(stored === 'as-is' && record ? ['stored as is'] : []),
		...(record?.extents ? [`sparse, ${formatBytes(record.source.size)} long`] : []),
		...(record?.reusedFrom === undefined ? [] : [linkedText(record.reusedFrom)]),
	];
	return remarks.length > 0 ? `  (${remarks.join(', ')})` : '';
}

function rowOf(listed: ShownFile): string {
	if ('missing' in listed) {
		const {outcome, path, error} = listed.missing;
		return formatRow(outcomeWords[outcome], '-', '-', `${displayName(path)}${error ? `  (${error.message})` : ''}`);
	}

	const {file, facts} = listed;
	const outcome = outcomeOf(file);
	return formatRow(outcome === 'found' ? outcome : outcomeWords[outcome], bytesOrUnknown(facts.bytesIn), bytesOrUnknown(facts.bytesOut), `${displayName(file.path)}${remarksOn(file)}`);
}

const headText = ({finished, filesDone, filesFailed, bytesIn, bytesOut, host, source}: ManifestHead) =>
	`${displayText(source)} on ${displayText(host)}, finished ${localTime(finished)}\n`
	+ `${formatCount(filesDone, 'file')}, ${formatBytes(bytesIn)} -> ${formatBytes(bytesOut)}${filesFailed > 0 ? `; ${formatNumber(filesFailed)} failed` : ''}`;

/** A set and its files as lines of text, names last because they may be long. */
export const showLines = ({date, state, head, problem}: OpenedSet, files: readonly ShownFile[]): string[] => [
	`Set of ${date}: ${state}${problem === undefined ? '' : ` (${problem})`}`,
	...(head ? [headText(head)] : []),
	'',
	formatRow('OUTCOME', 'SIZE', 'COPY', 'NAME'),
	...files.map(listed => rowOf(listed)),
];

function fileJson(listed: ShownFile): object {
	if ('missing' in listed) {
		const {path, outcome, error} = listed.missing;
		return {
			message_type: 'set_file', ...nameFields('path', path), outcome, ...(error && {error}),
		};
	}

	const {file, facts} = listed;
	const {record} = file;
	return {
		message_type: 'set_file',
		...nameFields('path', file.path),
		...nameFields('file', file.file),
		outcome: outcomeOf(file),
		stored: storedName(record ?? file),
		...(facts.bytesIn !== undefined && {bytes_in: facts.bytesIn}),
		...(facts.bytesOut !== undefined && {bytes_out: facts.bytesOut}),
		...(record && {
			notes: record.notes.map(note => displayText(note)),
			...(record.listedAs && nameFields('listed_as', record.listedAs)),
			...(record.reusedFrom !== undefined && {reused_from: record.reusedFrom}),
			sha256: record.sha256,
			verified: record.isVerified,
			source: record.source,
			...dayJson(record),
		}),
	};
}

/** The same as JSON: a `set`, and a `set_file` for each. */
export const showJson = (set: OpenedSet, files: readonly ShownFile[]): object[] => [setJson(set), ...files.map(listed => fileJson(listed))];
