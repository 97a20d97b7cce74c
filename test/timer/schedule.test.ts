/* What systemd is asked, and what is made of its answers: with a stand-in for systemctl. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test, type TestContext} from 'node:test';
import {readIfThere, readSchedule} from '../../source/timer/schedule.ts';
import {isSystemdThere, showUnit, systemctl} from '../../source/timer/systemctl.ts';
import {services, timers} from '../../source/timer/units.ts';
import {fakeProgram, setPath} from '../support/fake-programs.ts';
import {Place} from '../support/set-fixtures.ts';

const now = new Date('2026-03-14T12:00:00Z');

/** @param shown Lines that `show` answers with, by unit. */
async function withSystemd(t: TestContext, place: Place, shown: Readonly<Record<string, readonly string[]>>): Promise<void> {
	const cases = Object.entries(shown).map(([unit, lines]) => String.raw`*" ${unit}") printf '%s\n' ${lines.map(line => `'${line}'`).join(' ')} ;;`);
	await fakeProgram(t, place, 'systemctl', `case "$*" in is-system-running) echo degraded; exit 1 ;; ${cases.join(' ')} esac`);
}

test('a machine is run by systemd if its manager answers with a state of its own, whatever that is', async t => {
	await using place = await Place.create();

	for (const [answer, isThere] of [['running', true], ['degraded', true], ['starting', true], ['maintenance', true], ['offline', false], ['unknown', false], ['', false]] as const) {
		await fakeProgram(t, place, 'systemctl', `[ "$*" = is-system-running ] && echo ${answer}; exit 1`);
		assert.equal(await isSystemdThere(), isThere, answer);
	}

	setPath(t, place.at('none'));
	assert.equal(await isSystemdThere(), false);
	assert.equal(await systemctl(['show']), undefined);
	assert.equal((await showUnit('a.service', 'Result')).size, 0);
});

test('systemctl is asked in UTC and in English, and its end is told with both outputs', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'systemctl', 'printenv TZ LC_ALL SYSTEMD_PAGER; echo "$*"; echo no >&2; exit 7');
	assert.deepEqual(await systemctl(['enable', 'a b']), {code: 7, stdout: 'UTC\nC.UTF-8\n\nenable a b\n', stderr: 'no\n'});
	// Ended by a signal, it has not done what it was asked for.
	await fakeProgram(t, place, 'systemctl', 'kill -9 $$');
	assert.equal((await systemctl(['enable']))?.code, 1);
});

test('properties are what stands before and behind the first equals sign', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'systemctl', 'echo "Words=$*"; echo "Environment=A=b"; echo; echo "no property"; echo "Empty="');
	assert.deepEqual([...await showUnit('a.service', 'Words', 'Environment')], [['Words', 'show --property=Words,Environment a.service'], ['Environment', 'A=b'], ['Empty', '']]);
});

test('a schedule of systemd says when the next run is due, how the last one went, and where it may write', async t => {
	await using place = await Place.create();
	const read = async (timer: readonly string[], service: readonly string[]) => {
		await withSystemd(t, place, {[timers.backup]: timer, [services.backup]: service});
		return readSchedule(now);
	};

	const due = 'NextElapseUSecRealtime=Sun 2026-03-15 02:30:00 UTC';
	const next = new Date('2026-03-15T02:30:00Z');
	const ended = new Date('2026-03-14T02:31:07Z');
	const endedLine = 'ExecMainExitTimestamp=Sat 2026-03-14 02:31:07 UTC';
	const on = ['ActiveState=active', due];
	assert.deepEqual(await read(on, ['ActiveState=inactive', endedLine, 'ExecMainCode=1', 'ExecMainStatus=3', 'Result=exit-code', 'ReadWritePaths=/var/log -/srv +-/mnt']), {
		manager: 'systemd', isOn: true, next, last: {ended, code: 3, result: 'exit-code'}, places: ['/var/log', '/srv', '/mnt'],
	});
	assert.deepEqual(await read(on, ['ActiveState=failed', endedLine, 'ExecMainCode=2', 'ExecMainStatus=15', 'Result=signal', 'ReadWritePaths=']), {
		manager: 'systemd', isOn: true, next, last: {ended, result: 'signal'},
	});

	for (const state of ['activating', 'active']) {
		assert.deepEqual(await read(on, [`ActiveState=${state}`, endedLine, 'ExecMainCode=1', 'ExecMainStatus=0', 'Result=success']), {
			manager: 'systemd', isOn: true, next, last: {result: 'running'},
		});
	}

	// Turned off, it is not due, whatever was planned, and writes nowhere; how the last one went can still be told.
	assert.deepEqual(await read(['ActiveState=inactive', due], ['ActiveState=inactive', endedLine, 'ExecMainCode=1', 'ExecMainStatus=0', 'Result=success', 'ReadWritePaths=/var/log']), {
		manager: 'systemd', isOn: false, last: {ended, code: 0, result: 'success'},
	});
	assert.deepEqual(await read(['ActiveState=active', 'NextElapseUSecRealtime='], ['ActiveState=inactive', 'ExecMainExitTimestamp=']), {manager: 'systemd', isOn: true});
});

test('a file that is not there is told from one that cannot be read', async () => {
	await using place = await Place.create();
	await fs.writeFile(place.at('a'), 'content');
	assert.equal(await readIfThere(place.at('a')), 'content');
	assert.equal(await readIfThere(place.at('b')), undefined);
	await assert.rejects(readIfThere(place.at()), {code: 'EISDIR'});
});
