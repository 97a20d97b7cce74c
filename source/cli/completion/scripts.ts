import type {Commands} from '../command/command.ts';
import {bashScript} from './bash.ts';
import {type Grammar, grammarOf} from './completed-commands.ts';
import {fishScript} from './fish.ts';
import type {ShellName} from './shell-names.ts';
import {zshScript} from './zsh.ts';

const scripts: Readonly<Record<ShellName, (grammar: Grammar) => string>> = {bash: bashScript, zsh: zshScript, fish: fishScript};

/** The script by which a shell completes command lines of a program with these commands. */
export const completionScript = (shell: ShellName, commands: Commands): string => scripts[shell](grammarOf(commands));
