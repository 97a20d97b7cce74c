import type {CommandName} from './command/command-names.ts';

/** Help or version, printed instead of running the command, whatever else the line says. */
export type HelpRequest =
	| {readonly print: 'usage' | 'version'}
	/** Of a command; of the program, if there is none. */
	| {readonly print: 'help'; readonly command: CommandName | undefined};

/**
Whether help or the version is asked for, which wins over any mistake in the line: whoever asks for help has made one.

@param command The sub-command that the line is for, if it is for one.
@param arguments_ Those after its name.
*/
export function whatIsAsked(command: CommandName | undefined, arguments_: readonly string[]): HelpRequest | undefined {
	const end = arguments_.indexOf('--');
	const flags = end === -1 ? arguments_ : arguments_.slice(0, end);
	const has = (name: string, letter: string) => flags.some(flag => flag === name || (/^-[a-z]+$/iv.test(flag) && flag.includes(letter)));

	if (flags.includes('--help')) {
		return {print: 'help', command};
	}

	if (has('--help', 'h')) {
		return command === undefined ? {print: 'usage'} : {print: 'help', command};
	}

	return command === undefined && has('--version', 'V') ? {print: 'version'} : undefined;
}
