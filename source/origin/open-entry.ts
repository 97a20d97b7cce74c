import {type FileContext, openFile} from './open-file.ts';
import type {Entry} from './entry.ts';
import type {OpenSource} from './open-source.ts';
import type {Streams} from './streams.ts';
import {isStream} from './stream-source.ts';

/** Everything needed to open an entry. */
export type SourceContext = FileContext & {readonly streams: Streams};

/**
Opens what an entry is read from, to be copied: here alone it matters what that is.

@throws {LeasedError} If it can be opened only later.
@throws {OtherFileError} If another file has its name.
@throws {SourceError} If it cannot be opened; a `VanishedError` if it is gone.
@throws The signal's reason, once it is aborted.
*/
export const openEntry = async (context: SourceContext, entry: Entry): Promise<OpenSource> =>
	isStream(entry) ? context.streams.open(entry, context.signal) : openFile(context, entry);
