import type {Metadata} from '../files/metadata.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';

/** The part of a copy's record that tells of its source. */
export type SourceRecord = Pick<CopyRecord, 'path' | 'from' | 'facts' | 'notes' | 'bytesIn' | 'source' | 'extents' | 'listedAs' | 'xattrs' | 'isRestricted'>;

/** Result of reading a source to its end. */
export type ReadSource = {
	/** Attributes to set on the copy. */
	readonly metadata: Metadata;
	/** Whether it was changed in its middle meanwhile: to be read once more, for a copy that is of one moment. */
	readonly isMixed: boolean;
	readonly record: SourceRecord;
};

/** How far something that is made of records has been read. */
export type Reached = {
	/** Records so far, and all that there will probably be. */
	readonly records: number;
	readonly total: number;
	/** Time of the last one, in microseconds since the epoch. */
	readonly time: number;
};

/** A source that is being read from its beginning. Whatever its methods reject with is a `SourceError`, or the reason of the run's signal. */
export type Reading = {
	/** Bytes that progress expects; 0 if unknown, so that they are counted as they come. */
	readonly expected: number;
	/** When it was last modified, in milliseconds since the epoch. */
	readonly modified: number;
	/** Whether it is compressed already, and can be copied as it is. To be asked before anything is read. */
	readonly isCompressed: () => Promise<boolean>;
	/** Only of what is made of records: how far it has been read; `undefined` before the first one. */
	readonly reached?: () => Reached | undefined;
	/** Fills the buffer; fewer bytes only at the end. */
	readonly read: (into: Buffer) => Promise<number>;
	/**
	To be called once all was read: what was read is as good as a copy of it can be.

	@param path What the copy is recorded under.
	*/
	readonly finish: (path: Buffer) => Promise<ReadSource>;
};

/** A source that is open: whatever goes wrong with it costs that one entry. */
export type OpenSource = {
	/**
	Begins to read it, from its beginning each time.

	@param advance Told of bytes as they come.
	*/
	readonly begin: (advance: (bytes: number) => void) => Promise<Reading>;
	/** Never rejects. */
	readonly [Symbol.asyncDispose]: () => Promise<void>;
};
