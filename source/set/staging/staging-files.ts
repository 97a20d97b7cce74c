import {constants} from 'node:fs';

/** Open flags for a new file: never an existing one, never through a link. */
export const draftFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
