import type {OutputOptions} from '../report/output.ts';
import {asciiJson, asciiText} from '../text/ascii-text.ts';

/** Form of the output. */
export const outputForm = ({ascii, json}: {readonly ascii: boolean; readonly json: boolean}): Pick<OutputOptions, 'convert'> => ascii ? {convert: json ? asciiJson : asciiText} : {};
