import {constants} from 'node:fs';

/**
For reading what a symbolic link leads to, too. `O_NONBLOCK`: opening a FIFO or a device must not wait. `O_NOCTTY`: a terminal must not become ours.
`O_CLOEXEC` comes from libuv.
*/
export const followingFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** For reading what should be a regular file, whatever it is: opening it neither waits nor follows a link. */
export const readingFlags = followingFlags | constants.O_NOFOLLOW;

/** For a file that must not be there before, whatever stands under its name: nothing is followed or replaced. */
export const creatingFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
