import {readFileSync} from 'node:fs';

/** Sends a signal to a process and those it has started; one that leads no group gets it alone. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
	if (pid === undefined) {
		return;
	}

	for (const target of [-pid, pid]) {
		try {
			process.kill(target, signal);
			return;
		} catch {
			// No group of that number; or it has ended meanwhile, and its last events say how.
		}
	}
}

function readHalted(pid: number | undefined): boolean | undefined {
	try {
		const stat = readFileSync(`/proc/${pid ?? 'none'}/stat`, 'latin1');
		// Its name stands before that in parentheses, and may hold any character.
		return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
	} catch {
		return undefined;
	}
}

/** How often the kernel may say otherwise before what was asked for is given up: somebody else has asked for the opposite since. */
const patience = 20;

/**
Halts a process and lets it go on, and tells which of the two holds. A signal takes effect a moment after it was sent, and the kernel shows it
later still; until then the process counts as what it was asked to be, or the next key would ask for the same again.
*/
export class Halt {
	readonly pause = (): void => {
		this.#ask(true);
	};

	readonly resume = (): void => {
		this.#ask(false);
	};

	/** Whether it is halted, by whomever; `undefined` where nobody can tell. */
	readonly isHalted = (): boolean | undefined => {
		const isHalted = this.#read(this.#pid);
		this.#looks++;

		if (isHalted === this.#asked || this.#looks > patience) {
			this.#asked = undefined;
		}

		return this.#asked ?? isHalted;
	};

	readonly #pid: number | undefined;
	readonly #read: (pid: number | undefined) => boolean | undefined;
	#asked: boolean | undefined;
	#looks = 0;

	/** @param read Tells whether a process is halted; the kernel's word. */
	constructor(pid: number | undefined, read = readHalted) {
		this.#pid = pid;
		this.#read = read;
	}

	#ask(isHalted: boolean): void {
		this.#asked = isHalted;
		this.#looks = 0;
		signalGroup(this.#pid, isHalted ? 'SIGSTOP' : 'SIGCONT');
	}
}
