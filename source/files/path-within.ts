/** Whether a path is that of a directory or leads to something in it. Both are absolute, and nothing is looked up. */
export const isPathWithin = (location: string, directory: string): boolean =>
	location === directory || location.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
