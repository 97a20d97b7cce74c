import {
	countedRules,
	formatSpan,
	isEmptyPolicy,
	type KeepPolicy,
	parseSpan,
} from '../set/keep-policy.ts';
import {keptCount, type keepFlagTable, UsageError} from './flags.ts';

function parseCount(flag: string, text: string): number {
	const count = text === 'unlimited' ? Infinity : Number(text);

	if (text !== 'unlimited' && !/^\d{1,9}$/v.test(text)) {
		throw new UsageError(`--${flag} takes ${keptCount}, not ${text}`);
	}

	return count;
}

/**
Reads the flags that say which sets are kept.

@param valueOf The value of a flag, if it was given.
@returns `undefined` if none was given.
@throws {UsageError} If one makes no sense, or all together would keep nothing.
*/
export function parseKeepFlags(valueOf: (flag: keyof typeof keepFlagTable) => string | undefined): KeepPolicy | undefined {
	const span = valueOf('keep-within');
	const within = span === undefined ? undefined : parseSpan(span);

	if (span !== undefined && !within) {
		throw new UsageError(`--keep-within takes a time in years, months, days and hours, such as 30d, 2m or 1y6m, not ${span}`);
	}

	const counts = countedRules.flatMap(rule => {
		const text = valueOf(`keep-${rule}`);
		return text === undefined ? [] : [[rule, parseCount(`keep-${rule}`, text)] as const];
	});

	if (counts.length === 0 && !within) {
		return undefined;
	}

	const policy: KeepPolicy = {...Object.fromEntries(counts), ...(within && {within})};

	if (isEmptyPolicy(policy)) {
		throw new UsageError('such --keep flags would keep no set at all; at least one must be more than 0');
	}

	return policy;
}

/** The flags that bring a policy about again. */
export function keepFlags({within, ...counts}: KeepPolicy): readonly string[] {
	const given = countedRules.filter(rule => counts[rule] !== undefined);
	return [
		...given.map(rule => `--keep-${rule}=${counts[rule] === Infinity ? 'unlimited' : counts[rule]}`),
		...(within ? [`--keep-within=${formatSpan(within)}`] : []),
	];
}
