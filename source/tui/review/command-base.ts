import type {Rules} from '../../origin/derive-rules.ts';

/** The parts of the command line that do not depend on the selection. */
export type CommandBase = {
	/** The flags in force, but those that select. */
	readonly flags: readonly string[];
	/** The flags among them that say which sets to keep. */
	readonly keepRules: readonly string[];
	/** The flags that select. */
	readonly rules: Rules;
};
