/** The message and, on a line of its own, the remedy: the one way in which text reports an error. */
export const withRemedy = ({message, remedy}: {readonly message: string; readonly remedy?: string | undefined}): string => remedy === undefined ? message : `${message}\n${remedy}`;
