/* What programs of systemd are told: with stand-ins for them. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {buffer} from 'node:stream/consumers';
import {test} from 'node:test';
import {ForeseenError} from '../../source/files/errors.ts';
import {makeJournal} from '../../source/journal/journal-remote.ts';
import {
	findUnopenable,
	isJournalctlThere,
	startExport,
	syncJournal,
} from '../../source/journal/journalctl.ts';
import {fakeProgram, setPath} from '../support/fake-programs.ts';
import {micros} from '../support/journals.ts';
import {Place} from '../support/set-fixtures.ts';

const odd = String.raw`/var/log/journal/a*b?[c]{d}\e.journal`;
const quoted = String.raw`/var/log/journal/a\*b\?\[c\]\{d\}\\e.journal`;

test('journalctl is there if it can be run', async t => {
	await using place = await Place.create();
	setPath(t, `${place.at('none')}:${place.at('bin')}`);
	assert.equal(isJournalctlThere(), false);
	await place.write('bin/journalctl', '');
	assert.equal(isJournalctlThere(), false);
	await fs.chmod(place.at('bin', 'journalctl'), 0o755);
	assert.equal(isJournalctlThere(), true);
	await fs.rm(place.at('bin', 'journalctl'));
	await fs.mkdir(place.at('bin', 'journalctl'));
	assert.equal(isJournalctlThere(), false);
});

test('a day is asked for from its first microsecond to its last, of these files and no others', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'journalctl', String.raw`printf '%s\n' "$@"`);
	const start = micros('2026-03-14T00:00:00Z');

	for (const [isBounded, range] of [[true, ['--since=2026-03-14 00:00:00 UTC', '--until=2026-03-14 23:59:59.999999 UTC']], [false, ['--since=2026-03-14 00:00:00 UTC']]] as const) {
		const running = await startExport([odd, '/x.journal'], start, isBounded);
		const text = (await buffer(running.output)).toString();
		await running.close();
		const args = text.trimEnd().split('\n');
		assert.deepEqual(args.filter(arg => /^--(?:since|until)=/v.test(arg)), range);
		assert.deepEqual(args.filter(arg => arg.startsWith('--file=')), [`--file=${quoted}`, '--file=/x.journal']);
		assert.ok(['--output=export', '--all', '--no-pager', '--quiet'].every(arg => args.includes(arg)));
	}
});

test('the first file that cannot be opened is told, and whether the journal was written down', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'journalctl', String.raw`printf '%s\n' "$*" >> '${place.at('calls')}'; case "$*" in *broken*|*--sync*) exit 1 ;; esac`);
	assert.equal(await findUnopenable([odd, '/broken-1', '/broken-2']), '/broken-1');
	const calls = (await place.read('calls')).trimEnd().split('\n');
	assert.deepEqual(calls.map(line => line.split(' ').at(-1)), [`--file=${quoted}`, '--file=/broken-1']);
	assert.ok(calls.every(line => line.includes('--lines=0')));
	assert.equal(await findUnopenable(['/a', '/b']), undefined);
	assert.equal(await findUnopenable([]), undefined);
	assert.equal(await syncJournal(), false);
	await fakeProgram(t, place, 'journalctl', '[ "$*" = --sync ]');
	assert.equal(await syncJournal(), true);
	setPath(t, place.at('none'));
	assert.equal(await syncJournal(), false);
	assert.equal(await findUnopenable(['/a']), '/a');
});

test('a journal is made where it is to be, of all that there is; a program that fails is told with what it said', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'remote', 'case $1 in --output=./x.journal) cat > x.journal ;; *) cat > /dev/null; echo "no room" >&2; exit 3 ;; esac');
	const program = place.at('bin', 'remote');
	const make = async (stem: string, content: AsyncIterable<Buffer>) => makeJournal(program, {directory: place.directory, stem, content});
	const parts = async function * () {
		yield Buffer.from('one\n');
		yield Buffer.from('two\n');
	};

	await make('x', parts());
	assert.equal(await place.read('x.journal'), 'one\ntwo\n');
	await assert.rejects(make('y', parts()), (error: unknown) => error instanceof ForeseenError && error.message.includes('no room'));
	await assert.rejects(make('x', (async function * (): AsyncGenerator<Buffer> {
		yield Buffer.from('one\n');
		throw new Error('EIO');
	})()), /EIO/v);
	await assert.rejects(makeJournal(place.at('none'), {directory: place.directory, stem: 'x', content: parts()}), ForeseenError);
});
