import type {BigIntStats} from 'node:fs';

/** What a call might tell of a file, as far as a test is about it. */
export const statsOf = (facts: Partial<BigIntStats>): BigIntStats => Object.assign(Object.create(null) as BigIntStats, facts);
