/*
What a program in a terminal sends, and what it costs: the stopwatch is stopped by the bytes themselves, before an emulator looks at them.
*/
import {readFileSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';
import type {Terminal} from '../../test/support/terminal.ts';

/** The end of a frame: the end of synchronized output. */
const frameEnd = '\u{1B}[?2026l';

/** Milliseconds without a byte after which nothing more is on its way. */
const quietTime = 600;

/** Ticks of the kernel's clock in a second, in which it counts CPU time: proc(5). */
const clockTicks = 100;

/** Waits until nothing has come for a while. */
export async function quiet(terminal: Terminal): Promise<void> {
	let before = -1;

	while (before !== terminal.bytesReceived) {
		before = terminal.bytesReceived;
		await setTimeout(quietTime);
	}
}

/** Resolves at the end of the next frame, with the milliseconds since `begin`. */
export async function untilFrame(terminal: Terminal, begin: number): Promise<number> {
	const {promise, resolve} = Promise.withResolvers<number>();
	let tail = '';
	terminal.listen(bytes => {
		tail = `${tail.slice(-frameEnd.length)}${bytes.toString('latin1')}`;

		if (tail.includes(frameEnd)) {
			resolve(performance.now() - begin);
			terminal.listen(undefined);
		}
	});
	return Promise.race([promise, terminal.exited.then(async () => {
		throw new Error(`It ended without a frame: ${terminal.transcript}`);
	})]);
}

/** Presses a key. Resolves with the milliseconds until its frame, and the bytes until all is quiet again. */
export async function pressFor(terminal: Terminal, key: string): Promise<{readonly milliseconds: number; readonly bytes: number}> {
	const before = terminal.bytesReceived;
	const frame = untilFrame(terminal, performance.now());
	terminal.press(key);
	const milliseconds = await frame;
	await quiet(terminal);
	return {milliseconds, bytes: terminal.bytesReceived - before};
}

/** Bytes a second, looking on for so many seconds. */
export async function receivedDuring(terminal: Terminal, seconds: number): Promise<number> {
	const [before, begin] = [terminal.bytesReceived, performance.now()];
	await setTimeout(seconds * 1000);
	return (terminal.bytesReceived - before) / (performance.now() - begin) * 1000;
}

/** CPU time of a process up to now, in seconds, user and system. */
export function cpuSeconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
	const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
	return (user! + system!) / clockTicks;
}

/** The most memory a process had, in megabytes. */
export const peakMemory = (pid: number): number =>
	Number(/^VmHWM:\s+(?<kibibytes>\d+) kB$/mv.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.groups?.kibibytes) * 1024 / 1e6;
