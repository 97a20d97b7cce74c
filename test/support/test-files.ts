import {readFileSync} from 'node:fs';

const hints = /'node:child_process'|\/(?:support\/run|sandbox|needs|launch|site|held-run|volume|terminal|machine|programs?|checker|odd-file-system|session)\.ts'/v;

/** Whether a test file starts a process, or helps to. */
export const startsProcess = (file: string): boolean => hints.test(readFileSync(file, 'utf8'));
