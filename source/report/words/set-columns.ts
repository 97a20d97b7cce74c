import type {SetState} from '../../set/catalog.ts';
import type {ManifestHead} from '../../set/manifest/manifest-head.ts';
import {formatBytes, formatDuration, formatNumber} from '../../text/format.ts';

/** Columns of a set in lists; missing ones are not known, or not yet. */
export type SetFigures = {
	readonly date: string;
	readonly state?: SetState | undefined;
	readonly head?: ManifestHead | undefined;
	/** Copies in it, where no manifest tells, and their bytes. */
	readonly found?: {readonly files: number; readonly bytes: number} | undefined;
	/** Bytes that no older set shares. */
	readonly bytesNew?: number | undefined;
};

export type SetColumn = {
	readonly title: string;
	/** Cells. */
	readonly width: number;
	/** Whether it is aligned at the right. */
	readonly isRight?: true;
	/** Nothing where it is not known. */
	readonly text: (set: SetFigures) => string | undefined;
};

const bytesText = (bytes: number | undefined) => bytes === undefined ? undefined : formatBytes(bytes);
const countText = (count: number | undefined) => count === undefined ? undefined : formatNumber(count);

/** Bytes of all copies in a set. */
export const sizeOf = ({head, found}: Pick<SetFigures, 'head' | 'found'>): number | undefined => head?.bytesOut ?? found?.bytes;

/** The columns of the lists of sets, on screens and as text, in their order. */
export const setColumns = {
	date: {title: 'DATE', width: 10, text: ({date}) => date},
	state: {title: 'STATE', width: 11, text: ({state}) => state},
	took: {
		title: 'TOOK', width: 10, isRight: true, text: ({head}) => head && formatDuration(head.finished.getTime() - head.started.getTime()),
	},
	files: {
		title: 'FILES', width: 7, isRight: true, text: ({head, found}) => countText(head?.filesDone ?? found?.files),
	},
	failed: {
		title: 'FAILED', width: 6, isRight: true, text: ({head}) => countText(head?.filesFailed),
	},
	read: {
		title: 'READ', width: 7, isRight: true, text: ({head}) => bytesText(head?.bytesIn),
	},
	size: {
		title: 'SIZE', width: 7, isRight: true, text: set => bytesText(sizeOf(set)),
	},
	new: {
		title: 'NEW', width: 7, isRight: true, text: ({bytesNew}) => bytesText(bytesNew),
	},
} as const satisfies Readonly<Record<string, SetColumn>>;
