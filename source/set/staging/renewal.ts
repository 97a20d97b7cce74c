import {pathKey} from '../../files/path-key.ts';
import {addLeftOut, type LeftOut} from '../../files/left-out.ts';
import type {Origin} from '../names/provenance.ts';
import {decodeOrigin} from '../manifest/manifest-head.ts';
import type {Json} from '../manifest/json.ts';
import {refuseTooLong} from '../manifest/manifest-file.ts';
import {readEntries} from '../manifest/manifest-layout.ts';
import {decodeLeftOut, encodeLeftOut} from '../manifest/left-out-fields.ts';
import {
	type CopyRecord,
	CopyTotals,
	countFields,
	encodeCopy,
	encodeMissing,
	formatFields,
	isReadVersion,
	type MissingRecord,
	versionFor,
} from '../manifest/manifest.ts';
import {decodeCopy, decodeMissing} from '../manifest/manifest-entries.ts';

type KnownRecord = {
	/** As it stands in the manifest, with fields of other versions. */
	readonly json: Json;
	readonly record: CopyRecord | MissingRecord;
};

const isCopy = (record: CopyRecord | MissingRecord): record is CopyRecord => !isMissing(record);

const isMissing = (record: CopyRecord | MissingRecord): record is MissingRecord => 'outcome' in record;

/** The text of a renewed manifest, and what it says. */
export type Renewed = {
	readonly text: string;
	readonly copies: readonly CopyRecord[];
	readonly missing: readonly MissingRecord[];
	/** `undefined` where it does not say. */
	readonly leftOut: LeftOut | undefined;
};

/** The manifest of a set that stands, read whole, to say the same again but for some entries. */
export class StandingManifest {
	/** @returns `undefined` if it is damaged, of a newer version, or names an entry twice: then it cannot be said again without loss. */
	static parse(text: string): StandingManifest | undefined {
		const known = new Map<string, KnownRecord>();
		const head = readEntries(text, entry => {
			const record = decodeCopy(entry) ?? decodeMissing(entry);

			if (!record || known.has(pathKey(record.path))) {
				return false;
			}

			known.set(pathKey(record.path), {json: entry as Json, record});
			return true;
		});
		return head && isReadVersion(head.manifest_version) ? new StandingManifest(text, head, known) : undefined;
	}

	/** As it was read. */
	readonly text: string;
	readonly #head: Json;
	readonly #known: ReadonlyMap<string, KnownRecord>;

	private constructor(text: string, head: Json, known: ReadonlyMap<string, KnownRecord>) {
		this.text = text;
		this.#head = head;
		this.#known = known;
	}

	/** Where the set comes from; `undefined` if its head does not say. */
	get origin(): Origin | undefined {
		return decodeOrigin(this.#head);
	}

	/** Entries left out when it was made; `undefined` if unknown. */
	get leftOut(): LeftOut | undefined {
		return decodeLeftOut(this.#head.left_out);
	}

	get copies(): readonly CopyRecord[] {
		return this.#records.filter(record => isCopy(record));
	}

	get missing(): readonly MissingRecord[] {
		return this.#records.filter(record => isMissing(record));
	}

	/** Whether it has an entry of that path. */
	has(path: Buffer): boolean {
		return this.#known.has(pathKey(path));
	}

	/**
	Says the same again, but for new outcomes: of entries it has, in their places; of others, at the end.

	@param changes.replaced Entries to remove, as others have taken their place.
	@param changes.leftOut Entries left out in addition; or with `isLeftOutWhole` all that are, as far as that is known.
	@param moment ISO 8601.
	@returns `undefined` if nothing is different.
	*/
	renew(
		outcomes: ReadonlyArray<CopyRecord | MissingRecord>,
		{replaced, leftOut, isLeftOutWhole = false}: {readonly replaced: readonly Buffer[]; readonly leftOut: LeftOut | undefined; readonly isLeftOutWhole?: boolean},
		moment: string,
	): Renewed | undefined {
		const known = new Map(this.#known);

		for (const path of replaced) {
			known.delete(pathKey(path));
		}

		for (const record of outcomes) {
			known.set(pathKey(record.path), {json: isCopy(record) ? encodeCopy(record) : encodeMissing(record), record});
		}

		const entries = [...known.values()];

		const before = [...this.#known.values()];

		// Most are the very same objects.
		if (entries.length === before.length && entries.every(({json}, index) => json === before[index]!.json || JSON.stringify(json) === JSON.stringify(before[index]!.json))) {
			return undefined;
		}

		const copies = entries.map(({record}) => record).filter(record => isCopy(record));
		const totals = CopyTotals.of(copies);
		const missing = entries.map(({record}) => record).filter(record => isMissing(record));
		const all = isLeftOutWhole ? leftOut : (this.leftOut && leftOut ? addLeftOut(this.leftOut, leftOut) : this.leftOut);
		const {left_out: _, ...others} = this.#head;
		const head = {
			...(isLeftOutWhole ? others : this.#head), manifest_version: versionFor(totals, missing), ...(all && {left_out: encodeLeftOut(all)}), ...countFields(totals, missing), retried: moment,
		};
		const text = [...formatFields(head, entries.map(({json}) => JSON.stringify(json)))].join('');
		refuseTooLong(Buffer.byteLength(text), 'add to the set');
		return {
			text, copies, missing, leftOut: all,
		};
	}

	get #records(): ReadonlyArray<CopyRecord | MissingRecord> {
		return [...this.#known.values()].map(({record}) => record);
	}
}
