/* The units as systemd itself reads them, and what a service that is confined so can still do. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {scheduleJson, scheduleLines, scheduleTexts} from '../../source/report/schedule-text.ts';
import {
	cronText,
	cronTime,
	isCronInstalled,
	nextAt,
} from '../../source/timer/cron.ts';
import {mayWriteTo} from '../../source/timer/schedule.ts';
import {parseSystemdTime} from '../../source/timer/systemctl.ts';
import {
	calls,
	services,
	timers,
	unitFiles,
} from '../../source/timer/units.ts';
import {program, run} from '../support/run.ts';
import {Sandbox} from '../support/sandbox.ts';

const without = (name: string) => spawnSync('which', [name]).status !== 0 && `${name} not installed`;

/** The units in a directory, with a command whose words would break a line that does not quote them. */
async function withUnits(body: (directory: string) => Promise<void>): Promise<void> {
	const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-units-'));

	try {
		const odd = path.join(directory, 'a 100% $HOME');
		await fs.symlink(process.execPath, odd);

		for (const [name, text] of Object.entries(unitFiles([odd, String.raw`/a "100%" $HOME \script`]))) {
			await fs.writeFile(path.join(directory, name), text);
		}

		await body(directory);
	} finally {
		await fs.rm(directory, {recursive: true, force: true});
	}
}

test('systemd has nothing to say against the units, and finds the services hardly exposed', {skip: without('systemd-analyze')}, async () => {
	await withUnits(async directory => {
		const files = Object.keys(unitFiles([])).map(name => path.join(directory, name));
		const {stdout, stderr} = await run('systemd-analyze', ['verify', '--man=no', ...files]);
		assert.equal(stdout + stderr, '');

		for (const name of Object.values(services)) {
			// In tenths; it ends with 1 above that.
			const {code} = await run('systemd-analyze', ['security', '--offline=true', '--threshold=25', path.join(directory, name)]);
			assert.equal(code, 0);
		}
	});
});

test('with the capabilities of the service a run reads what is anybody\'s, and gives it to them in the set', {skip: (process.geteuid!() !== 0 && 'needs root') || without('setpriv')}, async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('other.log', 'theirs\n');
	const file = path.join(sandbox.source, 'other.log');
	await fs.chown(file, 1234, 1234);
	await fs.chmod(file, 0o600);
	const capabilities = /^CapabilityBoundingSet=(?<names>.+)$/mv.exec(unitFiles([])[services.backup]!)!.groups!.names!.split(' ');
	const bounds = ['-all', ...capabilities.map(name => `+${name.replace('CAP_', '').toLowerCase()}`)].join(',');
	await run('setpriv', [`--bounding-set=${bounds}`, '--no-new-privs', process.execPath, program, ...calls.backup.split(' '), ...sandbox.flags]);
	const {uid, mode} = await fs.stat(path.join(sandbox.set, 'other.log.gz'));
	assert.deepEqual([uid, mode & 0o777], [1234, 0o600]);
});

test('what stands in the file of cron is found in it again', () => {
	const text = cronText('04:05', ['/opt/a b/100%', 'x'], false);
	assert.match(text, /^5 4 \* \* \* root nice -n 10 '\/opt\/a b\/100\\%' x --yes /mv);
	assert.equal(cronTime(text), '04:05');
	assert.doesNotMatch(text, /push/v);
	assert.match(cronText('04:05', ['x'], true), /^\d+ \* \* \* \* root nice -n 10 x push --quiet$/mv);
	assert.equal(cronTime('# nothing\n'), undefined);
});

test('a file for cron that nothing would read is told, and no run is said to be due', async () => {
	await using sandbox = await Sandbox.create();
	assert.equal(await isCronInstalled([path.join(sandbox.root, 'none'), sandbox.source]), false);
	await sandbox.add('crond', '');
	assert.equal(await isCronInstalled([path.join(sandbox.root, 'none'), sandbox.source]), true);
	const now = new Date(2026, 2, 14, 1, 0, 0);
	const schedule = {manager: 'cron', isOn: true, next: new Date(2026, 2, 14, 2, 30, 0)} as const;
	const said = (isUnread: boolean) => [...scheduleLines({...schedule, isUnread}, {destination: '/backups', now}), ...scheduleTexts({...schedule, isUnread}, now)];
	assert.ok(said(false).some(line => line.includes('02:30')));
	assert.ok(said(true).every(line => !line.includes('02:30')));
	assert.deepEqual([scheduleJson(schedule), scheduleJson({...schedule, isUnread: true})].map(json => 'cron_installed' in json), [false, true]);
});

test('a time of day comes next today or tomorrow, whatever the clock does in between', () => {
	const now = new Date(2026, 2, 14, 2, 30, 0);
	assert.deepEqual(nextAt('02:31', now), new Date(2026, 2, 14, 2, 31, 0));
	assert.deepEqual(nextAt('02:30', now), new Date(2026, 2, 15, 2, 30, 0));
	assert.deepEqual(nextAt('00:00', new Date(2026, 11, 31, 23, 59)), new Date(2027, 0, 1));
});

test('moments and places are read as systemctl tells them', () => {
	assert.deepEqual(parseSystemdTime('Sat 2026-11-28 02:30:00 UTC'), new Date('2026-11-28T02:30:00Z'));

	for (const none of ['', 'n/a', undefined, 'Sat 2026-11-28 02:30:00 CET']) {
		assert.equal(parseSystemdTime(none), undefined);
	}

	const schedule = {manager: 'systemd', isOn: true, places: ['/var/log', '/mnt']} as const;
	assert.deepEqual(['/var/log/backups', '/mnt', '/mnt2', '/'].map(place => mayWriteTo(schedule, place)), [true, true, false, false]);
	assert.equal(mayWriteTo({...schedule, places: ['/']}, '/anything'), true);
	assert.equal(mayWriteTo({manager: 'cron', isOn: true}, '/anything'), true);
});

test('what root has run in the night is confined, polite, and late by chance; only a push has a network', () => {
	const units = unitFiles(['/usr/bin/logbackup-tui']);
	const linesOf = (name: string) => new Set(units[name]!.split('\n'));
	const lacking = (name: string, ...wanted: readonly string[]) => wanted.filter(line => !linesOf(name).has(line)).map(line => `${name}: ${line}`);
	const everywhere = ['Type=oneshot', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'ProtectHome=read-only', 'PrivateTmp=yes', 'UMask=0077', 'Nice=10', 'IOSchedulingClass=idle'];
	const local = ['PrivateNetwork=yes', 'RestrictAddressFamilies=AF_UNIX', 'CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER'];
	const places = 'ReadWritePaths=/var/log -/var/backups -/srv -/mnt -/media -/backup';
	const timed = ['Persistent=true', 'WantedBy=timers.target'];
	assert.deepEqual([
		...Object.values(services).flatMap(name => lacking(name, ...everywhere)),
		...lacking(services.backup, ...local, places, 'SuccessExitStatus=4', 'ExecStart=/usr/bin/logbackup-tui --yes --lock-wait 600'),
		...lacking(services.verify, ...local, 'ExecStart=/usr/bin/logbackup-tui verify --all --quiet'),
		...lacking(services.push, places, 'CapabilityBoundingSet=CAP_DAC_READ_SEARCH', `After=network-online.target ${services.backup}`, 'ExecStart=/usr/bin/logbackup-tui push'),
		...lacking(timers.backup, ...timed, 'OnCalendar=*-*-* 02:30', 'RandomizedDelaySec=10m'),
		...lacking(timers.verify, ...timed, 'OnCalendar=Sun *-*-* 05:00', 'RandomizedDelaySec=1h'),
		...lacking(timers.push, ...timed, 'OnCalendar=hourly', 'RandomizedDelaySec=10m'),
	], []);
	assert.ok(!linesOf(services.push).has('PrivateNetwork=yes'));
	assert.ok(!units[services.verify]!.includes('ReadWritePaths'), 'it writes nothing');
});

test('words that a unit would read otherwise are quoted', () => {
	const start = (...words: readonly string[]) => /^ExecStart=(?<call>.*) push$/mv.exec(unitFiles(words)[services.push]!)!.groups!.call;
	assert.equal(start('/usr/bin/a-b_c.d'), '/usr/bin/a-b_c.d');
	assert.equal(start('/a b/100%', '/c$d', String.raw`"e\f"`), String.raw`"/a b/100%%" "/c$$d" "\"e\\f\""`);
	assert.equal(start('/a$b'), '"/a$b"');
});
