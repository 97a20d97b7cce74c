import {type ErrorFacts, ForeseenError} from '../files/errors.ts';

/** The command line cannot be understood: exit code 2. */
export class UsageError extends ForeseenError {
	/** The sub-command whose help says more; missing if it is that of the program. */
	readonly command: string | undefined;

	constructor(message: string, {command, ...facts}: ErrorFacts & {readonly command?: string | undefined} = {}) {
		super(message, facts);
		this.name = 'UsageError';
		this.command = command;
	}
}
