import {constants} from 'node:fs';

/** The mode of a new file, until it gets that of its source. */
export const privateMode = 0o600;

/** How a new file is created: never an existing one, never through a link. */
export const draftFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
