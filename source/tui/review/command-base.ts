import type {SelectionRules} from '../../origin/selection.ts';

export type Rules = Required<Omit<SelectionRules, 'roots'>> & Pick<SelectionRules, 'roots'>;

/** What the command is made from. */
export type CommandBase = {
	/** The flags in force, but those that select. */
	readonly flags: readonly string[];
	/** Those of them that say which sets to keep. */
	readonly keepRules: readonly string[];
	/** The flags that select. */
	readonly rules: Rules;
};
