import {constants} from 'node:fs';

/**
For reading what a symbolic link leads to, too. `O_NONBLOCK`: opening a FIFO or a device must not wait. `O_NOCTTY`: a terminal must not become ours.
`O_CLOEXEC` comes from libuv.
*/
export const followingFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** For reading what should be a regular file, whatever it is: opening it neither waits nor follows a link. */
export const readingFlags = followingFlags | constants.O_NOFOLLOW;
