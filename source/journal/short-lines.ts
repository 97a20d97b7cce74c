/*
Entries of an export as lines for people, as `journalctl --output=short-iso` has them: when, where, who, and what.
*/
import {displayName} from '../text/display-name.ts';
import {FieldReader, timeField, type Watch} from './export-fields.ts';

const name: Watch = {limit: 512, isStrict: false};

const watches = {
	[timeField]: {limit: 512, isStrict: true},
	_HOSTNAME: name,
	SYSLOG_IDENTIFIER: name,
	_COMM: name,
	_PID: name,
	SYSLOG_PID: name,
	// A message may be as long as a memory dump.
	MESSAGE: {limit: 64 * 1024, isStrict: false},
} as const satisfies Readonly<Record<string, Watch>>;

type Field = keyof typeof watches;

/** A text of several lines, the others under the beginning of the first. */
const indent = (lines: readonly string[], width: number) => lines.join(`\n${' '.repeat(width)}`);

/** Texts of one entry, safe to print. */
function formatLine(time: number | undefined, texts: ReadonlyMap<Field, string>): string {
	const when = time === undefined ? '?' : `${new Date(time / 1000).toISOString().slice(0, 19)}+0000`;
	const who = texts.get('SYSLOG_IDENTIFIER') ?? texts.get('_COMM') ?? 'unknown';
	const pid = texts.get('_PID') ?? texts.get('SYSLOG_PID');
	const head = `${when} ${texts.get('_HOSTNAME') ?? '-'} ${who}${pid === undefined ? '' : `[${pid}]`}: `;
	return head + indent((texts.get('MESSAGE') ?? '').split('\n'), head.length);
}

/** Makes a text safe to print; a message may have several lines, of which each is. */
const toText = (bytes: Buffer) => bytes.toString('latin1').replace(/\n$/v, '').split('\n').map(line => displayName(Buffer.from(line, 'latin1'))).join('\n');

/**
Lines of all entries of an export, in pieces that end with a line.

@throws {ExportFormatError} If it is anything else; and what the export throws.
*/
export async function * shortLines(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	const texts = new Map<Field, string>();
	let time: number | undefined;
	let lines: string[] = [];
	const fields = new FieldReader<Field>(watches, {
		onField(field, value) {
			if (field === timeField) {
				time = value.number;
			} else if (!texts.has(field)) {
				texts.set(field, toText(value.bytes));
			}
		},
		onEnd() {
			lines.push(`${formatLine(time, texts)}\n`);
			texts.clear();
		},
	});

	for await (const chunk of content) {
		fields.take(chunk);

		yield Buffer.from(lines.join(''));
		lines = [];
	}
}
