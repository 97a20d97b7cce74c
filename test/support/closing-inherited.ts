/**
A command line that closes what it inherits but the three standard streams, and becomes the program.

node-pty leaves its own side of every terminal open in all processes started meanwhile. One that outlives its test, or merely another test at
the same time, would keep a terminal from being hung up.
*/
export const closingInherited = (command: string, args: readonly string[]): readonly [string, string[]] => ['bash', [
	'--norc',
	'--noprofile',
	'-c',
	'eval exec {3..1023}">&-"; exec "$@"',
	'bash',
	command,
	...args,
]];
