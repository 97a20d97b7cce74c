/** The mode of a new file, until it gets that of its source; and of files that are this program's own. */
export const privateMode = 0o600;

/** The same of directories. */
export const privateDirectoryMode = 0o700;
