import path from 'node:path';
import {abortedBySignals} from '../../app/signals.ts';
import {exitCodes} from '../../exit/exit-codes.ts';
import type {BackupFlags} from '../../flags/backup-flags.ts';
import {type pushPlaceFlag, quietFlag} from '../../flags/common-flags.ts';
import type {FlagTable} from '../../flags/flag.ts';
import {defaultDestination, defaultSource} from '../../flags/places.ts';
import {UsageError} from '../../flags/usage-error.ts';
import {timeOfDay} from '../../flags/values.ts';
import {scheduleJson, scheduleLines} from '../../report/schedule-text.ts';
import {displayText} from '../../text/display-name.ts';
import {ownCommand} from '../../timer/own-command.ts';
import {readSchedule} from '../../timer/schedule.ts';
import {planTimer, turnOff, turnOn} from '../../timer/turn.ts';
import {askOperator} from '../command/ask.ts';
import {defineCommand, type Invocation} from '../command/command.ts';

const flags = {
	at: {
		...timeOfDay, isConfigurable: false, help: 'with on: when the nightly run starts', otherwise: 'as it is; 02:30 at first',
	},
	yes: {short: 'y', isConfigurable: false, help: 'do not ask'},
	...quietFlag,
	json: {isConfigurable: false, help: 'print a line of JSON'},
} as const satisfies FlagTable;

type TimerInvocation = Invocation<typeof flags>;

/** @throws {UsageError} For what would hold now, and not in the night. */
function refusePassing({given}: TimerInvocation): void {
	const wrong = ['dest', 'source', 'host', 'config', 'no-config'].find(name => given.has(name));

	if (wrong !== undefined) {
		throw new UsageError(`--${wrong} would not hold in the night`, {remedy: 'What the nightly run does stands in /etc/logbackup-tui.toml'});
	}
}

/**
Asks, unless it is said that nobody need be.

@throws {UsageError} If there is nobody to ask.
*/
async function isWanted({flags: {yes}, out}: TimerInvocation, lines: readonly string[], question: string): Promise<boolean> {
	if (yes) {
		return true;
	}

	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		throw new UsageError('without a terminal there is nobody to ask', {remedy: 'Run it with --yes to do it without questions'});
	}

	out.write(lines.map(line => `${line}\n`).join(''));
	const isAnswered = await askOperator(`${question} [y/N] `, abortedBySignals());

	if (!isAnswered) {
		out.write('Nothing was changed.\n');
	}

	return isAnswered;
}

async function show({flags: {json, quiet}, destination, out}: TimerInvocation): Promise<void> {
	const now = new Date();
	const schedule = await readSchedule(now);

	if (json) {
		out.write(`${JSON.stringify(scheduleJson(schedule))}\n`);
	} else if (!quiet) {
		out.write(scheduleLines(schedule, {destination, now}).map(line => `${line}\n`).join(''));
	}
}

/** The directories that the nightly run writes to, beside the usual one. */
function placesOf({destination, configuration}: TimerInvocation): readonly string[] {
	const textfile = configuration.values.get('textfile' satisfies keyof BackupFlags)?.value;
	return [
		...(destination === defaultDestination(defaultSource) ? [] : [destination]),
		...(typeof textfile === 'string' ? [path.dirname(textfile)] : []),
	];
}

/** Whether it is configured where sets are pushed. */
const isPushed = ({configuration}: TimerInvocation): boolean => configuration.values.has('push-to' satisfies keyof typeof pushPlaceFlag);

async function on(invocation: TimerInvocation): Promise<void> {
	refusePassing(invocation);
	const {flags: {at}, source, destination} = invocation;
	const plan = await planTimer({
		time: at, places: placesOf(invocation), isPushed: isPushed(invocation), program: ownCommand(),
	});
	const lines = [
		`Each night at ${plan.time}: back up ${displayText(source)} to ${displayText(destination)}. Each Sunday: verify all sets.${plan.isPushed ? ' Each hour: push what is not off the host.' : ''}`,
		...[...plan.files.keys()].map(file => `Writes ${displayText(file)}`),
		...(plan.manager === 'systemd' ? [`Enables logbackup-tui.timer${plan.isPushed ? ', logbackup-tui-push.timer' : ''} and logbackup-tui-verify.timer`] : []),
	];

	if (await isWanted(invocation, lines, 'Turn it on?')) {
		await turnOn(plan);
		await show(invocation);
	}
}

async function off(invocation: TimerInvocation): Promise<void> {
	if (await isWanted(invocation, ['No backup will be made by itself any more. The sets stay.'], 'Turn it off?')) {
		await turnOff();
		await show(invocation);
	}
}

const actions: Readonly<Record<string, (invocation: TimerInvocation) => Promise<void>>> = {on, off};

async function run(invocation: TimerInvocation): Promise<number> {
	const {words, given} = invocation;
	const [word] = words;
	const act = word === undefined ? show : (Object.hasOwn(actions, word) ? actions[word] : undefined);

	if (!act) {
		throw new UsageError(`unexpected argument: ${word!}; timer takes on, off, or nothing`);
	}

	if (given.has('at') && word !== 'on') {
		throw new UsageError('--at goes with timer on');
	}

	await act(invocation);
	return exitCodes.done;
}

export const timerCommand = defineCommand({
	description: ['Tell whether backups are made by themselves, when the next is due, and how the last one ended; or turn that on and off: a backup each night, and a look at all sets each week.'],
	usage: ['timer', 'timer on [--at HH:MM]', 'timer off'],
	details: [
		'It is a timer of systemd, logbackup-tui.timer, whose units packages bring along and this command writes elsewhere; where systemd does not run the machine, a file in /etc/cron.d. '
		+ 'What a nightly run does stands in /etc/logbackup-tui.toml. If it has a destination of its own, the service is allowed to write there: turn the timer on once more when that changes. Where push-to is set there, a third service sends sets off the host every hour, the only one with a network.',
	],
	flags,
	examples: ['timer on', 'timer on --at 04:15 --yes', 'timer'],
	exitCodes: {0: 'told, or done; or you said no', 1: 'neither systemd nor cron can be had, or it says no', 2: 'wrong usage'},
	words: {minimum: 0, maximum: 1, complete: [['on', 'off']]},
	run,
});
