import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {commandHelp} from '../../source/cli/help/command-help.ts';
import {commands} from '../../source/cli/commands/all.ts';
import type {Subcommand} from '../../source/cli/command/command.ts';
import {backupFlags} from '../../source/flags/backup-flags.ts';
import type {Flag} from '../../source/flags/flag.ts';
import {manPage} from '../../tools/man-page.ts';

const page = manPage(0);

/** The words of a text, without what roff and layout add. */
const words = (text: string) => text.replaceAll(/^\.[A-Z].*$/gmv, ' ').replaceAll(String.raw`\e`, '\\').replaceAll(String.raw`\&`, '').replaceAll(String.raw`\-`, '-').replaceAll(/\s+/gv, ' ');

test('the manual page says what help says of each command', () => {
	const said = words(page);

	for (const [name, command] of Object.entries<Subcommand>(commands)) {
		const help = words(commandHelp(command));

		for (const text of [...command.description, ...command.details ?? [], ...Object.values<Flag>(command.flags).map(flag => flag.help)]) {
			assert.ok(said.includes(words(text)), `${name}: ${text}`);
			assert.ok(help.includes(words(text)), `${name}: ${text}`);
		}
	}
});

test('the manual page has every flag that is for people', () => {
	for (const [name, {isInternal}] of Object.entries<Flag>(backupFlags)) {
		assert.equal(page.replaceAll('\\', '').includes(`Fl -${name}`), !isInternal, name);
	}
});

test('mandoc has nothing to warn of', {skip: spawnSync('mandoc', ['-T', 'lint'], {input: ''}).error ? 'mandoc is not there' : false}, () => {
	const {status, stdout} = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], {input: page, encoding: 'utf8'});
	assert.deepEqual([status, stdout], [0, '']);
});
