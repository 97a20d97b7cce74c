/* Turning the timer on and off, with an /etc of its own and a stand-in for systemctl that keeps what it is told. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {describe, test} from 'node:test';
import {exists} from '../support/files.ts';
import {OwnEtc, whyNoOwnEtc} from '../support/own-etc.ts';
import {runProgram} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';

const timer = 'logbackup-tui.timer';
const timeDropIn = `systemd/system/${timer}.d/time.conf`;
const placesDropIn = 'systemd/system/logbackup-tui.service.d/places.conf';

/** It answers `show UNIT` with a file of that name, and keeps in it whether the timer is on. */
const systemctl = `#!/bin/bash
cd "$(dirname "$0")" || exit 1
echo "$*" >> calls
turn() { sed -i "s/^ActiveState=.*/ActiveState=$1/" ${timer}; }
case $1 in
	is-system-running) cat state ;;
	show) cat "\${@: -1}" ;;
	restart) turn active ;;
	disable) turn inactive ;;
esac
`;

type Machine = {
	readonly etc: OwnEtc;
	readonly sandbox: Sandbox;
	readonly env: Readonly<Record<string, string>>;
	/** What systemctl was asked for, but for states. */
	readonly calls: () => Promise<readonly string[]>;
	readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** @param state What systemctl says of the machine. `loaded`: whether a package has brought the units. */
async function createMachine({state = 'running', loaded = true}: {readonly state?: string; readonly loaded?: boolean} = {}): Promise<Machine> {
	const sandbox = await Sandbox.create();
	const etc = await OwnEtc.create();
	const bin = path.join(sandbox.root, 'bin');
	await fs.mkdir(bin);
	await fs.mkdir(etc.at('cron.d'), {recursive: true});
	await fs.writeFile(path.join(bin, 'systemctl'), systemctl, {mode: 0o755});
	await fs.writeFile(path.join(bin, 'state'), `${state}\n`);
	await fs.writeFile(path.join(bin, timer), `LoadState=${loaded ? 'loaded' : 'not-found'}\nActiveState=inactive\nNextElapseUSecRealtime=Sat 2036-03-15 02:30:00 UTC\n`);
	await fs.writeFile(path.join(bin, 'logbackup-tui.service'), 'ActiveState=failed\nExecMainExitTimestamp=Fri 2036-03-14 02:31:07 UTC\nExecMainCode=1\nExecMainStatus=3\nResult=exit-code\nReadWritePaths=/var/log -/mnt\n');
	return {
		etc,
		sandbox,
		env: {PATH: `${bin}:${process.env.PATH ?? ''}`, TZ: 'UTC', LOGBACKUP_SANDBOX: sandbox.root},
		async calls() {
			const text = await fs.readFile(path.join(bin, 'calls'), 'utf8').catch(() => '');
			return text.split('\n').filter(line => line !== '' && !line.startsWith('show ') && line !== 'is-system-running');
		},
		async [Symbol.asyncDispose]() {
			await etc[Symbol.asyncDispose]();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

describe('the timer', {skip: whyNoOwnEtc()}, () => {
	test('is turned on by the units of a package, at its time, and off again', async () => {
		await using machine = await createMachine();
		const {etc, env} = machine;
		await etc.run(['timer', 'on', '--at', '04:15', '--yes'], {env});
		assert.match(await fs.readFile(etc.at(timeDropIn), 'utf8'), /^OnCalendar=\nOnCalendar=\*-\*-\* 04:15$/mv);
		assert.deepEqual(await machine.calls(), ['daemon-reload', `enable ${timer} logbackup-tui-verify.timer`, `restart ${timer} logbackup-tui-verify.timer`]);
		assert.equal(await exists(etc.at(`systemd/system/${timer}`)), false);
		const {stdout} = await etc.run(['timer'], {env});
		assert.match(stdout, /2036-03-15 02:30/v);
		assert.match(stdout, /2036-03-14 02:31/v);
		// Without a time it keeps the one that it has.
		await etc.run(['timer', 'on', '--yes', '--quiet'], {env});
		assert.match(await fs.readFile(etc.at(timeDropIn), 'utf8'), /04:15/v);
		await etc.run(['timer', 'off', '--yes'], {env});
		assert.equal(await exists(path.dirname(etc.at(timeDropIn))), false);
		assert.ok((await machine.calls()).includes(`disable --now ${timer} logbackup-tui-verify.timer`));
	});

	test('also pushes sets every hour, where it is configured where to', async () => {
		await using machine = await createMachine();
		const {etc, env} = machine;
		await fs.writeFile(etc.at('logbackup-tui.toml'), 'push-to = "nas:backups/logs"\n');
		await etc.run(['timer', 'on', '--yes'], {env});
		assert.ok((await machine.calls()).includes(`enable ${timer} logbackup-tui-verify.timer logbackup-tui-push.timer`));
	});

	test('is told as JSON', async () => {
		await using machine = await createMachine();
		const {etc, env} = machine;
		const {stdout} = await etc.run(['timer', '--json'], {env});
		assert.deepEqual(JSON.parse(stdout), {
			message_type: 'timer', on: false, manager: 'systemd', last: {result: 'exit-code', ended: '2036-03-14T02:31:07.000Z', exit_code: 3},
		});
	});

	test('gets units of its own where no package has brought them, and they are removed with it', async () => {
		await using machine = await createMachine({loaded: false});
		const {etc, env} = machine;
		const before = await fs.readdir(etc.at('systemd/system'));
		await etc.run(['timer', 'on', '--yes'], {env});
		const service = await fs.readFile(etc.at('systemd/system/logbackup-tui.service'), 'utf8');
		assert.match(service, /^ExecStart=\/.+cli\.js --yes/mv);
		await etc.run(['timer', 'off', '--yes'], {env});
		assert.deepEqual(await fs.readdir(etc.at('systemd/system')), before);
	});

	test('lets the service write where the configuration has its sets, and says where it may not', async () => {
		await using machine = await createMachine();
		const {etc, sandbox, env} = machine;
		await fs.writeFile(etc.at('logbackup-tui.toml'), `dest = "${sandbox.root}/new sets"\n`);
		const {stdout} = await etc.run(['timer', 'on', '--yes'], {env});
		assert.match(await fs.readFile(etc.at(placesDropIn), 'utf8'), new RegExp(`^ReadWritePaths=${sandbox.root}$`, 'mv'));
		// The stand-in knows nothing of drop-ins.
		assert.ok(stdout.includes(`Note: the service may not write to ${sandbox.root}/new sets`), stdout);
		await fs.mkdir(path.join(sandbox.root, 'new sets'));
		await etc.run(['timer', 'on', '--yes'], {env});
		assert.match(await fs.readFile(etc.at(placesDropIn), 'utf8'), new RegExp(`^RequiresMountsFor="${sandbox.root}/new sets"$`, 'mv'));
		await fs.rm(etc.at('logbackup-tui.toml'));
		await etc.run(['timer', 'on', '--yes'], {env});
		assert.equal(await exists(etc.at(placesDropIn)), false);
	});

	test('is a file of cron where systemd does not run the machine, whose line makes a backup', async () => {
		await using machine = await createMachine({state: 'offline'});
		const {etc, sandbox, env} = machine;
		const file = etc.at('cron.d/logbackup-tui');
		await sandbox.add('a.log', 'a\n');
		await fs.writeFile(etc.at('logbackup-tui.toml'), `source = "${sandbox.source}"\n`);
		await etc.run(['timer', 'on', '--at', '03:07', '--yes'], {env});
		const {mode} = await fs.stat(file);
		assert.equal(mode & 0o777, 0o644);
		const lines = (await fs.readFile(file, 'utf8')).split('\n');
		const [nightly, weekly] = lines.flatMap(line => /^[\d*]+ [\d*]+ \* \* [\d*] root (?<command>.+)$/v.exec(line)?.groups?.command ?? []);
		assert.ok(lines.some(line => line.startsWith('7 3 * * * root ')), lines.join('\n'));

		for (const command of [nightly!, weekly!]) {
			const {stdout, stderr} = await etc.runCommand(['sh', '-c', command], {env: machine.env});
			assert.equal(stdout + stderr, '');
		}

		assert.equal((await fs.readdir(sandbox.destination)).filter(name => /^\d{4}-/v.test(name)).length, 1);
		const {stdout} = await etc.run(['timer', '--json'], {env});
		assert.match(stdout, /"on":true,"manager":"cron","next":"[^"]+T03:07:00\.000Z"/v);
		await etc.run(['timer', 'off', '--yes'], {env});
		assert.equal(await exists(file), false);
	});

	test('leaves alone what somebody else has made', async () => {
		await using machine = await createMachine({state: 'offline'});
		const {etc, env} = machine;
		await fs.writeFile(etc.at('cron.d/logbackup-tui'), '30 2 * * * root true\n');
		const {stderr} = await etc.run(['timer', 'on', '--yes', {code: 1}], {env});
		assert.match(stderr, /cron\.d\/logbackup-tui/v);
		await etc.run(['timer', 'off', '--yes'], {env});
		assert.equal(await fs.readFile(etc.at('cron.d/logbackup-tui'), 'utf8'), '30 2 * * * root true\n');
	});

	test('asks on a terminal, and without one takes --yes', async () => {
		await using machine = await createMachine();
		const {etc, env} = machine;
		await etc.run(['timer', 'on', {code: 2}], {env});
		await etc.run(['timer', 'off', {code: 2}], {env});
		assert.deepEqual(await machine.calls(), []);

		for (const [answer, count] of [['n', 0], ['y', 3]] as const) {
			await using terminal = etc.start(['timer', 'on', '--at', '05:00'], {env});
			await terminal.waitFor('[y/N]');
			assert.match(terminal.screen().join(''), /05:00/v);
			terminal.send(`${answer}\r`);
			const {exitCode} = await terminal.waitForExit();
			assert.equal(exitCode, 0);
			assert.equal((await machine.calls()).length, count);
		}
	});

	test('is told of where earlier backups are looked at', async () => {
		await using machine = await createMachine();
		const {etc, sandbox, env} = machine;
		await sandbox.add('a.log', 'a\n');
		await sandbox.run(['--yes']);
		await etc.run(['timer', 'on', '--yes'], {env});
		const flags = ['browse', '--source', sandbox.source];
		await using terminal = etc.start(flags, {env});
		await terminal.waitFor(/1 set, .*2036-03-15 02:30; the last one ended with 3/v);
		terminal.press('q');
		const {stdout} = await etc.run([...flags, '--plain'], {env, stdin: 'q\n'});
		assert.match(stdout, /^Next run 2036-03-15 02:30; .*$/mv);
	});
});

test('what would not hold in the night, and what makes no sense, is refused', async () => {
	for (const args of [['on', '--dest', '/srv'], ['on', '--no-config'], ['on', '--at', '24:00'], ['on', '--at', '2:30'], ['off', '--at', '02:30'], ['toString'], ['on', 'off']]) {
		const {stdout} = await runProgram(['timer', ...args, '--yes', {code: 2}]);
		assert.equal(stdout, '');
	}
});

test('who may not write there is told so', {skip: (process.geteuid!() !== 0 && 'needs root')}, async () => {
	await using sandbox = await Sandbox.create();
	await fs.writeFile(path.join(sandbox.root, 'systemctl'), '#!/bin/sh\n[ "$1" != is-system-running ] || echo running\n', {mode: 0o755});
	await fs.chmod(sandbox.root, 0o755);
	const {stderr} = await runProgram(['timer', 'on', '--at', '03:00', '--yes', {code: 1}], {uid: 65_534, gid: 65_534, env: {PATH: `${sandbox.root}:${process.env.PATH ?? ''}`, HOME: '/'}});
	assert.match(stderr, /sudo/v);
	assert.equal(await exists('/etc/systemd/system/logbackup-tui.timer.d'), false);
});
