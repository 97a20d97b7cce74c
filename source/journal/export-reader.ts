import {
	cursorField,
	ExportFormatError,
	FieldReader,
	timeField,
} from './export-fields.ts';
import {DistinctValues, KeptBytes} from './kept-bytes.ts';

/** Where an entry stands in the journal, and when it was written. */
export type EntryAddress = {
	readonly cursor: string;
	/** Microseconds since the epoch. */
	readonly time: number;
};

const bootField = '_BOOT_ID';
const machineField = '_MACHINE_ID';

/** Cursors have some 120 bytes. */
const watch = {limit: 512, isStrict: true} as const;
const watches = {
	[cursorField]: watch, [timeField]: watch, [bootField]: watch, [machineField]: watch,
} as const;

/** Reads an export in pieces of any length, and tells which bytes are those of entries that are wanted, and what these are. */
export class ExportReader {
	/** Number of wanted entries. */
	entries = 0;
	readonly #isWanted: (time: number) => boolean;
	readonly #fields = new FieldReader(watches, {
		onField: (field, value) => {
			this.#note(field, value);
		},
		onEnd: place => {
			this.#endEntry(place);
		},
	});

	readonly #boots = new DistinctValues();
	readonly #machines = new DistinctValues();
	#first: EntryAddress | undefined;
	/** Of the last wanted entry. */
	readonly #lastCursor = new KeptBytes();
	#lastTime = 0;
	/** Of the entry that is read. */
	readonly #cursor = new KeptBytes();
	/** Whether it is wanted, once that is known. */
	#judgement: boolean | undefined;
	/** Its beginning, while that is not known. */
	#held: Buffer = Buffer.alloc(0);
	/** The piece that is read, where that of it begins which is to be passed on, and where the entry does. */
	#chunk: Buffer = Buffer.alloc(0);
	#from = 0;
	#entryStart = 0;
	#passed: Buffer[] = [];

	/** @param isWanted Asked of each entry, in order, by its time in microseconds since the epoch. */
	constructor(isWanted: (time: number) => boolean = () => true) {
		this.#isWanted = isWanted;
	}

	/** The first and the last of the wanted entries; `undefined` if there are none. */
	get first(): EntryAddress | undefined {
		return this.#first;
	}

	get last(): EntryAddress | undefined {
		return this.entries === 0 ? undefined : {cursor: this.#lastCursor.text, time: this.#lastTime};
	}

	/** Time of the last wanted entry so far, in microseconds since the epoch; 0 before the first. */
	get lastTime(): number {
		return this.#lastTime;
	}

	/** Numbers of boots and machines of the wanted entries, in order. */
	get boots(): readonly string[] {
		return this.#boots.values;
	}

	get machines(): readonly string[] {
		return this.#machines.values;
	}

	/** Whether nothing was read but whole entries. */
	get isBetweenEntries(): boolean {
		return this.#fields.isBetweenEntries;
	}

	/**
	Reads on.

	@returns The bytes of wanted entries that have become known by it; parts of the piece, but for what was held back. Not to be changed.
	@throws {ExportFormatError} If it is anything else.
	*/
	take(chunk: Buffer): readonly Buffer[] {
		this.#passed = [];
		this.#chunk = chunk;
		this.#from = 0;
		this.#entryStart = 0;
		this.#fields.take(chunk);
		const isUnclear = this.#judgement === undefined && !this.isBetweenEntries;
		this.#pass(isUnclear ? this.#entryStart : chunk.length);

		if (isUnclear) {
			this.#held = Buffer.concat([this.#held, chunk.subarray(this.#entryStart)]);
		}

		return this.#passed;
	}

	/** Notes what is to be passed on of the piece, up to a place in it. */
	#pass(end: number): void {
		if (this.#judgement !== false && end > this.#from) {
			this.#passed.push(this.#chunk.subarray(this.#from, end));
		}

		this.#from = end;
	}

	#note(field: keyof typeof watches, value: KeptBytes): void {
		switch (field) {
			case cursorField: {
				this.#cursor.take(value);
				break;
			}

			case timeField: {
				this.#judge(value.number);
				break;
			}

			case bootField:
			case machineField: {
				if (this.#judgement) {
					(field === bootField ? this.#boots : this.#machines).note(value);
				}
			}
		}
	}

	#judge(time: number | undefined): void {
		if (time === undefined) {
			throw new ExportFormatError(`${timeField} is no time`);
		}

		if (this.#isWanted(time)) {
			this.entries++;
			this.#first ??= {cursor: this.#cursor.text, time};
			this.#lastCursor.take(this.#cursor);
			this.#lastTime = time;
			this.#judgement = true;

			if (this.#held.length > 0) {
				this.#passed.push(this.#held);
			}
		} else {
			this.#pass(this.#entryStart);
			this.#judgement = false;
		}

		this.#held = Buffer.alloc(0);
	}

	#endEntry(place: number): void {
		if (this.#judgement === false) {
			this.#from = place;
		}

		this.#judgement = undefined;
		this.#entryStart = place;
	}
}
