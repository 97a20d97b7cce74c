/*
Limits of tests with so many cases that a busy machine needs minutes for them. Milliseconds.
*/

/** All cases have to be tried, however long it takes. */
export const manyCases = {timeout: 900_000} as const;

/** Of a property, fewer cases are tried then. */
export const fewerIfBusy = {interruptAfterTimeLimit: 150_000, markInterruptAsFailure: false} as const;
