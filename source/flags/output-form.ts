import type {OutputOptions} from '../report/output.ts';
import {asciiJson, asciiText} from '../text/ascii-text.ts';

/** Conversion to ASCII, where `--ascii` asks for it: JSON keeps its meaning. */
export const outputForm = ({ascii, json}: {readonly ascii: boolean; readonly json: boolean}): Pick<OutputOptions, 'convert'> => ascii ? {convert: json ? asciiJson : asciiText} : {};
