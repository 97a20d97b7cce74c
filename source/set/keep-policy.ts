/** A span of the calendar, as restic has it: `1y5m7d12h`. */
export type TimeSpan = {
	readonly years: number;
	readonly months: number;
	readonly days: number;
	readonly hours: number;
};

/**
Which sets are kept; what no rule wants is removed. The meanings are restic's (doc/060_forget.rst, snapshot_policy.go): each rule chooses for itself,
and counts only days, weeks, months and years that have a set.
*/
export type KeepPolicy = {
	/** The newest so many. Infinity keeps all, here and below. */
	readonly last?: number;
	/** The newest of each of the last so many days, ISO weeks, months, years. */
	readonly daily?: number;
	readonly weekly?: number;
	readonly monthly?: number;
	readonly yearly?: number;
	/** All that are less than this older than the newest. */
	readonly within?: TimeSpan;
};

/** The rules that count. */
export const countedRules = ['last', 'daily', 'weekly', 'monthly', 'yearly'] as const satisfies ReadonlyArray<keyof KeepPolicy>;

export type CountedRule = (typeof countedRules)[number];

const dayMilliseconds = 86_400_000;

/** The Thursday of an ISO week tells its year (ISO 8601), and the day in the year which of its weeks it is. */
function isoWeek(date: string): string {
	const time = Date.parse(date);
	const weekday = (new Date(time).getUTCDay() + 6) % 7;
	const thursday = new Date(time + ((3 - weekday) * dayMilliseconds));
	const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMilliseconds)) + 1;
	return `${thursday.getUTCFullYear()}-W${week}`;
}

/** Calendar unit of a date by rule: a rule keeps only the newest set of each. */
const buckets: Readonly<Record<CountedRule, (date: string) => string>> = {
	last: date => date,
	daily: date => date,
	weekly: date => isoWeek(date),
	monthly: date => date.slice(0, 7),
	yearly: date => date.slice(0, 4),
};

/** Syntax of a time span: `1y5m7d12h`. */
export function formatSpan({years, months, days, hours}: TimeSpan): string {
	const parts: ReadonlyArray<readonly [count: number, unit: string]> = [[years, 'y'], [months, 'm'], [days, 'd'], [hours, 'h']];
	return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join('');
}

/** Reads a span; `undefined` if it is none, or is nothing at all. A unit that stands there twice counts as it stands there last, as in restic. */
export function parseSpan(text: string): TimeSpan | undefined {
	if (!/^(?:\d{1,6}[dhmy])+$/v.test(text)) {
		return undefined;
	}

	const counts = {
		y: 0, m: 0, d: 0, h: 0,
	};

	for (const part of text.match(/\d{1,6}[dhmy]/gv) ?? []) {
		counts[part.at(-1) as keyof typeof counts] = Number(part.slice(0, -1));
	}

	const {y: years, m: months, d: days, h: hours} = counts;
	return years + months + days + hours > 0
		? {
			years, months, days, hours,
		}
		: undefined;
}

/** A date less a span, in milliseconds; before all dates where JavaScript has none that early. Days that a month does not have run over into the next, as in Go's `AddDate`, which restic uses. */
function subtract(date: string, {years, months, days, hours}: TimeSpan): number {
	const [year, month, day] = date.split('-').map(Number) as [number, number, number];
	const time = new Date(0);
	time.setUTCFullYear(year - years, month - 1 - months, day - days);
	time.setUTCHours(-hours);
	return Number.isNaN(time.getTime()) ? -Infinity : time.getTime();
}

/** Whether it has no rule, so that it would keep nothing. */
export const isEmptyPolicy = ({within, ...counts}: KeepPolicy): boolean => within === undefined && countedRules.every(rule => (counts[rule] ?? 0) === 0);

/** Dates that one rule keeps, newest first: the first of each bucket and, if that is fewer than its count, the oldest of all. */
function applyCount(sorted: readonly string[], bucketOf: (date: string) => string, count: number): Array<{readonly date: string; readonly isOldest: boolean}> {
	const firsts = sorted.filter((date, index) => index === 0 || bucketOf(date) !== bucketOf(sorted[index - 1]!)).slice(0, count);
	const oldest = sorted.at(-1);
	const kept = firsts.map(date => ({date, isOldest: false}));
	return oldest !== undefined && firsts.length < count && !firsts.includes(oldest) ? [...kept, {date: oldest, isOldest: true}] : kept;
}

/**
Applies a policy to dates of sets.

@param dates Distinct, in any order.
@returns Why each date that is kept is kept, in restic's words: `daily set`, `within 30d`. Where a rule would keep more than there are, it keeps the
oldest date too (`oldest weekly set`), so that the history is as long as can be.
*/
export function applyPolicy(dates: readonly string[], policy: KeepPolicy): Map<string, string[]> {
	const sorted = dates.toSorted().toReversed();
	const reasons = new Map<string, string[]>();

	const keep = (date: string, reason: string) => {
		reasons.set(date, [...(reasons.get(date) ?? []), reason]);
	};

	const {within} = policy;

	if (within && sorted.length > 0) {
		const limit = subtract(sorted[0]!, within);

		for (const date of sorted.filter(date => Date.parse(date) > limit)) {
			keep(date, `within ${formatSpan(within)}`);
		}
	}

	for (const rule of countedRules) {
		for (const {date, isOldest} of applyCount(sorted, buckets[rule], policy[rule] ?? 0)) {
			keep(date, `${isOldest ? 'oldest ' : ''}${rule} set`);
		}
	}

	return reasons;
}
