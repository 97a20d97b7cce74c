import {displayText} from '../text/display-name.ts';

/** Names of the configurations that were read, for screens; nothing where there are none. */
export const describeConfiguration = (files: readonly string[]): {readonly configuration?: string} => files.length === 0 ? {} : {configuration: files.map(file => displayText(file)).join(', ')};
