import type {OutputOptions} from '../report/output.ts';
import {asciiJson, asciiText} from '../text/ascii-text.ts';

/** How lines are written. */
export const outputForm = ({ascii, json}: {readonly ascii: boolean; readonly json: boolean}): Pick<OutputOptions, 'convert'> => ascii ? {convert: json ? asciiJson : asciiText} : {};
