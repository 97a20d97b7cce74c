import type {SetName} from '../../set/names/set-names.ts';

export const isSameSet = (one: SetName, other: SetName): boolean => one.date === other.date && one.isStaging === other.isStaging;

/** A set's name for people. */
export const nameText = ({date, isStaging}: SetName): string => isStaging ? `${date} (unfinished)` : date;
