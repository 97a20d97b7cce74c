/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
	/** The sub-command whose help says more; missing if it is that of the program. */
	readonly command: string | undefined;

	constructor(message: string, command?: string) {
		super(message);
		this.name = 'UsageError';
		this.command = command;
	}
}
