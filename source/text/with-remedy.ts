/** What `withRemedy` and `inOneLine` are about. */
type Told = {readonly message: string; readonly remedy?: string | undefined};

/** The message and, on a line of its own, the remedy: the one way in which text reports an error. */
export const withRemedy = ({message, remedy}: Told): string => remedy === undefined ? message : `${message}\n${remedy}`;

/** The same as one paragraph, for screens. */
export const inOneLine = ({message, remedy}: Told): string => remedy === undefined ? message : `${message}. ${remedy}`;
