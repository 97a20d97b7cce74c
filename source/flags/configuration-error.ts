import type {ErrorFacts} from '../files/errors.ts';
import {UsageError} from './usage-error.ts';

/** A configuration cannot be read, or says what makes no sense: exit code 2. Its message is displayable, and names the file. */
export class ConfigurationError extends UsageError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'ConfigurationError';
	}
}
