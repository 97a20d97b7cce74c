/** The exit codes that docs/manual.md promises to scripts. `128 + N` by signal N comes on top. */
export const exitCodes = {
	done: 0,
	couldNotRun: 1,
	usage: 2,
	someFailed: 3,
	alreadyExists: 4,
	damaged: 5,
	stale: 6,
	locked: 11,
	noSpace: 14,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
