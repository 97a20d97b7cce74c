import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {keepFlags} from '../../source/flags/common-flags.ts';
import {checkLine} from '../../source/flags/check-line.ts';
import {readFlags} from '../../source/flags/read-flags.ts';
import {spellOptions} from '../../source/flags/spell-options.ts';
import {readKeepPolicy} from '../../source/flags/keep-policy-flags.ts';
import type {SetOverview, SetState} from '../../source/set/catalog.ts';
import {
	applyPolicy,
	formatSpan,
	isEmptyPolicy,
	type KeepPolicy,
	parseSpan,
} from '../../source/set/keep-policy.ts';
import {choosePrunable} from '../../source/set/prune-sets.ts';

const day = 86_400_000;
const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** So many dates, the newest first. */
const datesBack = (newest: string, count: number, step = 1) => Array.from({length: count}, (_, index) => dateOf(Date.parse(newest) - (index * step * day)));

const keptBy = (dates: readonly string[], policy: KeepPolicy) => [...applyPolicy(dates, policy).keys()].toSorted().toReversed();

test('one set every Sunday for 12 weeks: keep-daily 4 keeps the last four, as restic documents', () => {
	const sundays = datesBack('2019-11-17', 12, 7);
	assert.deepEqual(keptBy(sundays, {daily: 4}), ['2019-11-17', '2019-11-10', '2019-11-03', '2019-10-27']);
});

test('one set every day: 7 daily, 5 weekly, 12 monthly and 75 yearly keep what restic documents', () => {
	const dates = datesBack('2119-06-15', 100 * 365);
	const reasons = applyPolicy(dates, {
		daily: 7, weekly: 5, monthly: 12, yearly: 75,
	});
	const of = (reason: string) => [...reasons].filter(([, found]) => found.includes(reason)).map(([date]) => date);
	assert.deepEqual(of('daily set'), dates.slice(0, 7));
	// 2119-06-15 is a Thursday: the newest of that week, then Sundays.
	assert.deepEqual(of('weekly set'), ['2119-06-15', '2119-06-11', '2119-06-04', '2119-05-28', '2119-05-21']);
	assert.deepEqual(of('monthly set').slice(0, 3), ['2119-06-15', '2119-05-31', '2119-04-30']);
	assert.equal(of('monthly set').length, 12);
	assert.deepEqual(of('yearly set').slice(0, 3), ['2119-06-15', '2118-12-31', '2117-12-31']);
	assert.equal(of('yearly set').length, 75);
});

test('only days, weeks, months and years that have a set are counted', () => {
	const dates = ['2026-03-14', '2026-01-02', '2024-12-31', '2019-05-05'];
	assert.deepEqual(keptBy(dates, {daily: 3}), dates.slice(0, 3));
	assert.deepEqual(keptBy(dates, {weekly: 3}), dates.slice(0, 3));
	assert.deepEqual(keptBy(dates, {monthly: 3}), dates.slice(0, 3));
	assert.deepEqual(keptBy(dates, {yearly: 2}), ['2026-03-14', '2024-12-31']);
});

test('weeks are those of ISO 8601, across the end of a year', () => {
	// Monday 2024-12-30 to Sunday 2025-01-05 is week 1 of 2025.
	assert.deepEqual(keptBy(['2025-01-06', '2025-01-05', '2025-01-01', '2024-12-30', '2024-12-29'], {weekly: 3}), ['2025-01-06', '2025-01-05', '2024-12-29']);
	assert.deepEqual(keptBy(['2021-01-04', '2021-01-03', '2020-12-28', '2020-12-27'], {weekly: 2}), ['2021-01-04', '2021-01-03']);
});

test('a rule that has some left to keep keeps the oldest set too, and says so', () => {
	const reasons = applyPolicy(['2026-03-14', '2026-03-13', '2026-03-12'], {monthly: 2});
	assert.deepEqual([...reasons], [['2026-03-14', ['monthly set']], ['2026-03-12', ['oldest monthly set']]]);
	assert.deepEqual([...applyPolicy(['2026-03-14', '2026-03-13'], {monthly: 1}).keys()], ['2026-03-14']);
});

test('keep-within counts from the newest set, not from today, and by the calendar', () => {
	const dates = datesBack('2026-03-31', 60);
	assert.equal(keptBy(dates, {within: parseSpan('30d')!}).length, 30);
	assert.equal(keptBy(dates, {within: parseSpan('36h')!}).length, 2);
	// February 31 is March 3, as for restic.
	assert.equal(keptBy(dates, {within: parseSpan('1m')!}).at(-1), '2026-03-04');
	assert.equal(keptBy(datesBack('2026-03-31', 800), {within: parseSpan('1y1d')!}).at(-1), '2025-03-31');
});

test('spans are read and written as restic has them', () => {
	assert.deepEqual(parseSpan('2y5m7d3h'), {
		years: 2, months: 5, days: 7, hours: 3,
	});
	assert.equal(formatSpan(parseSpan('3h7d')!), '7d3h');

	for (const text of ['', '30', 'd', '1w', '-3d', '1.5d', '0d', '30D', '9999999d', '1d ']) {
		assert.equal(parseSpan(text), undefined, text);
	}
});

test('a policy is empty if none of its rules keeps anything', () => {
	const within = parseSpan('1d')!;
	assert.deepEqual([{}, {last: 0}, {last: 0, yearly: 0}].map(rules => isEmptyPolicy(rules)), [true, true, true]);
	assert.deepEqual([{within}, {last: 0, within}, {last: 1}, {last: 0, yearly: Infinity}].map(rules => isEmptyPolicy(rules)), [false, false, false, false]);
});

const count = fc.option(fc.oneof(fc.nat({max: 12}), fc.constant(Infinity)), {nil: undefined});
const policy: fc.Arbitrary<KeepPolicy> = fc.record({
	last: count, daily: count, weekly: count, monthly: count, yearly: count,
	within: fc.option(fc.record({
		years: fc.nat({max: 2}), months: fc.nat({max: 20}), days: fc.nat({max: 60}), hours: fc.nat({max: 50}),
	}, {noNullPrototype: true}).filter(({years, months, days, hours}) => years + months + days + hours > 0), {nil: undefined}),
}).map(fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as KeepPolicy);
const dates = fc.uniqueArray(fc.integer({min: 18_000, max: 18_900}).map(days => dateOf(days * day)), {maxLength: 80});

test('property: another rule, or a higher count, never removes more', () => {
	fc.assert(fc.property(dates, policy, policy, (all, one, other) => {
		const merged: Record<string, unknown> = {...one};

		for (const [rule, value] of Object.entries(other)) {
			const before = merged[rule];
			merged[rule] = typeof before === 'number' && typeof value === 'number' ? Math.max(before, value) : before ?? value;
		}

		const kept = new Set(keptBy(all, merged));
		assert.ok(keptBy(all, one).every(date => kept.has(date)));
	}));
});

test('a span of more years than there are dates for keeps all', () => {
	const all = ['2026-03-14', '2026-01-01', '1999-12-31', '0001-01-01', '0000-01-01'];

	for (const span of ['300000y', '999999y', '999999y999999m999999d999999h', '270000y999999m', '271821y999999h']) {
		assert.deepEqual(keptBy(all, {within: parseSpan(span)!}), all, span);
	}
});

test('property: a longer span never keeps less, whatever the dates', () => {
	const number = fc.oneof(fc.nat({max: 40}), fc.nat({max: 999_999}));
	const spans = fc.record({
		years: number, months: number, days: number, hours: number,
	}, {noNullPrototype: true});
	const anyDates = fc.uniqueArray(fc.integer({min: Date.parse('0000-01-01') / day, max: Date.parse('9999-12-31') / day}).map(days => dateOf(days * day)), {maxLength: 40});
	fc.assert(fc.property(fc.oneof(dates, anyDates), spans, spans, (all, span, more) => {
		const longer = {
			years: span.years + more.years, months: span.months + more.months, days: span.days + more.days, hours: span.hours + more.hours,
		};
		const kept = new Set(keptBy(all, {within: longer}));
		assert.ok(keptBy(all, {within: span}).every(date => kept.has(date)));
		assert.ok(all.length === 0 || span.hours + span.days + span.months + span.years === 0 || kept.has(all.toSorted().at(-1)!));
	}), {numRuns: 1000});
});

test('property: the newest is always kept, unlimited keeps all, and as many are kept as a rule can count', () => {
	fc.assert(fc.property(dates, policy, (all, rules) => {
		const kept = keptBy(all, rules);
		assert.ok(all.length === 0 || isEmptyPolicy(rules) || kept[0] === all.toSorted().at(-1));
		assert.ok(kept.length <= all.length && kept.every(date => all.includes(date)));
		assert.equal(keptBy(all, {daily: Infinity}).length, all.length);

		for (const number of [1, 5, 30]) {
			assert.equal(keptBy(all, {last: number}).length, Math.min(number, all.length));
			assert.equal(keptBy(all, {daily: number}).length, Math.min(number, all.length));
		}
	}));
});

test('property: a policy is the same after it was written as flags and read again', async () => {
	await fc.assert(fc.asyncProperty(policy.filter(rules => !isEmptyPolicy(rules)), async rules => {
		const {last, daily, weekly, monthly, yearly, within} = rules;
		const given = {
			keepLast: last, keepDaily: daily, keepWeekly: weekly, keepMonthly: monthly, keepYearly: yearly, keepWithin: within,
		};
		const now = new Date(0);
		const line = checkLine(spellOptions(keepFlags, given, () => true, now), keepFlags);
		assert.deepEqual(readKeepPolicy(await readFlags(line, keepFlags, now)), rules);
	}));
});

const states: readonly SetState[] = ['complete', 'partial', 'damaged', 'foreign', 'empty'];
const overviews: fc.Arbitrary<SetOverview[]> = fc.tuple(dates, fc.array(fc.constantFrom(...states), {minLength: 80, maxLength: 80}))
	.map(([all, found]) => all.toSorted().toReversed().map((date, index) => ({date, isStaging: false, state: found[index]!})));

const whose = {host: 'web1'};

test('property: sets of other hosts stay, sources are counted each for itself, and neither changes what becomes of the rest', () => {
	const origins = [{host: 'web1', source: '/var/log'}, {host: 'web1', source: '/srv'}, {host: 'web2', source: '/var/log'}, {host: 'web1', machine: 'b', source: '/var/log'}] as const;
	const mixed = fc.tuple(overviews, fc.array(fc.constantFrom(...origins), {minLength: 80, maxLength: 80}))
		.map(([sets, found]) => sets.map((set, index): SetOverview => ({...set, origin: found[index]!})));
	fc.assert(fc.property(mixed, policy, (sets, rules) => {
		const pruning = {today: '2030-01-01', whose: {host: 'web1', machine: 'a'}};
		const {removed} = choosePrunable(sets, rules, pruning);
		assert.ok(removed.every(({origin}) => origin!.host === 'web1' && origin!.machine !== 'b'));

		for (const source of ['/var/log', '/srv']) {
			const alone = sets.filter(({origin}) => origin!.host === 'web1' && origin!.machine !== 'b' && origin!.source === source);
			assert.deepEqual(removed.filter(({origin}) => origin!.source === source), choosePrunable(alone, rules, pruning).removed);
		}
	}));
});

test('property: the newest complete set, those in the future, foreign and damaged ones stay, whatever the policy, and count for nothing', () => {
	fc.assert(fc.property(overviews, policy, fc.integer({min: 18_000, max: 18_900}), (sets, rules, now) => {
		const today = dateOf(now * day);
		const {kept, removed} = choosePrunable(sets, rules, {today, whose});
		assert.equal(kept.length + removed.length, sets.length);
		assert.ok(kept.every(({reasons}) => reasons.length > 0));
		assert.ok(removed.every(({state, date}) => ['complete', 'partial'].includes(state) && date <= today));
		const newest = sets.find(({state, date}) => state === 'complete' && date <= today);
		assert.ok(!newest || !removed.includes(newest));
		const others = sets.filter(({state, date}) => ['complete', 'partial'].includes(state) && date <= today);
		assert.deepEqual(choosePrunable(others, rules, {today, whose}).removed, removed);
	}));
});
