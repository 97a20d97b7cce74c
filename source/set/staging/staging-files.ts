import {constants} from 'node:fs';

/** How a new file is created: never an existing one, never through a link. */
export const draftFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
