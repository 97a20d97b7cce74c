/** Milliseconds; long, for a noisy machine: a test that passes never waits it out. */
export const patience = 60_000;

/**
The environment of a user who has just logged in; tests add to it what they are about.

@param uid Of another user, whose home is not this one's, which may be closed to others.
*/
export function cleanEnvironment(uid?: number): Record<string, string> {
	const {
		PATH = '/usr/bin:/bin', HOME = '/', TMPDIR, TZ, __STRYKER_ACTIVE_MUTANT__: mutant,
	} = process.env;
	return {
		PATH,
		HOME: uid === undefined ? HOME : '/',
		...(TMPDIR !== undefined && {TMPDIR}),
		...(TZ !== undefined && {TZ}),
		// Which change of the code is tried, for the program under test too: see mutation.ts.
		...(mutant !== undefined && {__STRYKER_ACTIVE_MUTANT__: mutant}),
		LANG: 'C.UTF-8',
		// Without it bash takes itself for started by rshd, as its input is a socket, and reads ~/.bashrc: seconds, on some machines.
		SHLVL: '1',
		TERM: 'xterm-256color',
	};
}
