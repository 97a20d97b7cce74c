/** What happened, and on a line of its own what can be done about it: the one way in which text tells of an error. */
export const withRemedy = ({message, remedy}: {readonly message: string; readonly remedy?: string | undefined}): string => remedy === undefined ? message : `${message}\n${remedy}`;
