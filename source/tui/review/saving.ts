import type {Reason} from '../../files/errors.ts';
import type {DerivedRules, Rules} from '../../origin/derive-rules.ts';
import type {DifferenceLine} from '../../text/line-difference.ts';

/** What saving would change. */
export type SavePlan = {
	readonly file: string;
	/** The same for a person. */
	readonly shownFile: string;
	/** Its text; missing where it is not there. */
	readonly before: string | undefined;
	readonly after: string;
	/** There is nothing to change. */
	readonly isSame: boolean;
	/** Displayable. */
	readonly difference: readonly DifferenceLine[];
};

/** Saves selections as the configuration of the machine, or of the user. */
export type ConfigurationKeeper = {
	/** What saving rules, with the options in force, would change. */
	readonly plan: (rules: Rules) => Promise<SavePlan>;
	/** Does it. Rejects where the file has changed since, too. */
	readonly save: (plan: SavePlan) => Promise<void>;
};

/** How far saving is; missing where nobody asked for it. */
export type Saving = {
	/** The rules, and what they would treat otherwise than the marks do. */
	readonly found: DerivedRules;
	/** Missing until it is known. */
	readonly plan?: SavePlan;
	/** The screen from which it was asked for. */
	readonly base: 'review' | 'summary';
	/** It is written. */
	readonly isSaved?: boolean;
	/** It is being written. */
	readonly isWriting?: boolean;
	/** Why it cannot be. */
	readonly problem?: Reason;
};
