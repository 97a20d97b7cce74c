import type {Commands} from '../command/command.ts';
import {browseCommand} from './browse.ts';
import {catCommand} from './cat.ts';
import {completionCommand} from './completion.ts';
import {configCommand} from './config.ts';
import {fetchCommand} from './fetch.ts';
import {listCommand} from './list.ts';
import {pruneCommand} from './prune.ts';
import {pushCommand} from './push.ts';
import {remoteCommand} from './remote.ts';
import {restoreCommand} from './restore.ts';
import {showCommand} from './show.ts';
import {statusCommand} from './status.ts';
import {timerCommand} from './timer.ts';
import {verifyCommand} from './verify.ts';

/** Sub-commands by name. */
export const commands: Commands = {
	browse: browseCommand,
	list: listCommand,
	show: showCommand,
	verify: verifyCommand,
	cat: catCommand,
	restore: restoreCommand,
	prune: pruneCommand,
	push: pushCommand,
	remote: remoteCommand,
	fetch: fetchCommand,
	status: statusCommand,
	timer: timerCommand,
	config: configCommand,
	completion: completionCommand,
};
