import {bashScript} from './bash.ts';
import {fishScript} from './fish.ts';
import type {ShellName} from './shell-names.ts';
import {zshScript} from './zsh.ts';

/** By shell, the script that completes command lines of this program there. */
export const completionScripts: Readonly<Record<ShellName, string>> = {bash: bashScript, zsh: zshScript, fish: fishScript};
