import {countedRules, isEmptyPolicy, type KeepPolicy} from '../set/keep-policy.ts';
import type {keepFlags} from './common-flags.ts';
import type {FlagValues} from './flag.ts';
import {UsageError} from './usage-error.ts';

const options = {
	last: 'keepLast', daily: 'keepDaily', weekly: 'keepWeekly', monthly: 'keepMonthly', yearly: 'keepYearly',
} as const;

/**
Reads the flags that tell which sets are kept.

@returns `undefined` if none was given.
@throws {UsageError} If all together would keep nothing.
*/
export function readKeepPolicy(flags: FlagValues<typeof keepFlags>): KeepPolicy | undefined {
	const counts = countedRules.flatMap(rule => {
		const count = flags[options[rule]];
		return count === undefined ? [] : [[rule, count] as const];
	});
	const within = flags.keepWithin;

	if (counts.length === 0 && !within) {
		return undefined;
	}

	const policy: KeepPolicy = {...Object.fromEntries(counts), ...(within && {within})};

	if (isEmptyPolicy(policy)) {
		throw new UsageError('such --keep flags would keep no set at all; at least one must be more than 0');
	}

	return policy;
}
