import type {SetName} from '../../set/names/set-names.ts';

export const isSameSet = (one: SetName, other: SetName): boolean => one.date === other.date && one.isStaging === other.isStaging;

/** What a set is called. */
export const nameText = ({date, isStaging}: SetName): string => isStaging ? `${date} (unfinished)` : date;
