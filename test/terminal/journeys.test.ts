/*
The built program as its operator meets it: started in a terminal, keys pressed, the screen read. What is on the screen is looked for by the few
words that matter, so that the rest can be said better one day without a change here.
*/
import assert from 'node:assert/strict';
import {Buffer} from 'node:buffer';
import fs from 'node:fs/promises';
import {constants} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, test} from 'node:test';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {copyName, sampleSelection} from '../support/sample-logs.ts';
import {exists, listTree, until} from '../support/files.ts';
import {
	gunzip,
	program,
	run,
	runProgram,
} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';
import {hostileNames} from './hostile-names.ts';

const review = /\d files?(?: marked|,)/v;
const confirm = /Back up [\d,]+ files?\?/v;
const running = /\d [A-Za-z]*B of \d/v;
/** The keys of the summary, or what a terminal too small for it says. */
const over = /Enter leave|Over, exit code/v;
const asking = /Stop the backup\?/v;
const escape = '\u{1B}';
type StartOptions = NonNullable<Parameters<Sandbox['start']>[1]>;

/** Waits until the list is complete and takes keys. */
async function waitForReview(terminal: Terminal): Promise<void> {
	await terminal.waitFor(lines => {
		const text = lines.join('\n');
		return review.test(text) && !text.includes('reading the directory');
	}, {what: 'the complete list'});
	await terminal.waitForRawMode();
}

/** Starts the program and waits until its list is complete and takes keys. */
async function openReview(sandbox: Sandbox, options: StartOptions = {}, args: readonly string[] = []): Promise<Terminal> {
	const terminal = sandbox.start(args, options);

	try {
		await waitForReview(terminal);
		return terminal;
	} catch (error) {
		// Nobody else has it yet to dispose of.
		await terminal[Symbol.asyncDispose]();
		throw error;
	}
}

/** The row with the cursor on it. */
const currentRow = (lines: readonly string[]) => lines.find(line => line.startsWith('›')) ?? '';

/** Goes down the list, a row at a time, to the one with that name. */
async function moveTo(terminal: Terminal, name: string): Promise<void> {
	const isThere = () => currentRow(terminal.screen()).split(/\s+/v).includes(name);

	while (!isThere()) {
		const before = currentRow(terminal.screen());
		terminal.press('down');
		await terminal.waitFor(lines => currentRow(lines) !== before, {what: `the cursor to go on from ${before}`});
	}
}

/** Presses the key that marks all files, none, or as at first, until so many are marked. */
async function toggleAllUntil(terminal: Terminal, count: number): Promise<void> {
	const marked = (lines: readonly string[]) => /\b(?<count>\d+) files? marked/v.exec(lines.join('\n'))?.groups?.count;

	for (let presses = 0; presses < 3 && marked(terminal.screen()) !== String(count); presses++) {
		const before = marked(terminal.screen());
		terminal.press('a');
		// The whole frame need not come at once.
		await terminal.waitFor(lines => ![before, undefined].includes(marked(lines)), {what: `another count than ${before}`});
	}

	assert.equal(marked(terminal.screen()), String(count));
}

/** Waits for the end; the exit code as a shell tells it, 128 + N where signal N ended the program. */
async function exitCode(terminal: Terminal): Promise<number> {
	const {exitCode: code, signal} = await terminal.waitForExit();
	return signal === undefined ? code : 128 + constants.signals[signal];
}

/** Waits until the run is over, leaves its summary, and waits for the end of the program. */
async function leaveSummary(terminal: Terminal): Promise<number> {
	await terminal.waitFor(over);
	terminal.press('enter');
	return exitCode(terminal);
}

/** For the message of a failed assertion: what the program said at its end. */
const lastWords = (terminal: Terminal) => `The program ended otherwise than expected. Its last words:\n${terminal.normalLines().join('\n')}`;

/** Presses the keys that go from the list through the question to the run. */
async function startBackup(terminal: Terminal): Promise<void> {
	terminal.press('w');
	await terminal.waitFor(confirm);
	terminal.press('enter');
}

/** A source of which one file takes for ever, so that a test finds the run under way whenever it looks. */
async function createEndless(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('auth.log', 'short\n');
	await sandbox.addEndless('endless.log');
	return sandbox;
}

/** Waits until another start of the program can find the run that is under way. */
const waitForWatchable = async (sandbox: Sandbox) => until('the run to be found by others', async () => exists(path.join(sandbox.destination, '.socket')));

/** Cuts the endless file short, so that the run ends. */
const letItEnd = async (sandbox: Sandbox) => fs.truncate(path.join(sandbox.source, 'endless.log'), 1000);

async function assertCopied(sandbox: Sandbox, names: readonly string[]): Promise<void> {
	assert.deepEqual(await sandbox.copies(), names.map(name => copyName(name)).toSorted());

	for (const name of names) {
		const copy = path.join(sandbox.set, copyName(name));
		const expected = await sandbox.content(name);
		const actual = name === copyName(name) ? await fs.readFile(copy) : await gunzip(copy);
		assert.ok(actual.equals(expected), `${name} differs from its copy`);
	}

	assert.deepEqual(await sandbox.checkSums(), {
		code: 0, signal: null, stdout: '', stderr: '',
	});
}

async function assertGivenBack(terminal: Terminal): Promise<void> {
	assert.deepEqual(await terminal.leftovers(), []);
	assert.deepEqual(terminal.disturbances(), []);
}

/** The names in the list, from the top. */
const listedNames = (lines: readonly string[]) =>
	lines.map(line => /^[ ›]\[[ x]\] (?<name>\S+)/v.exec(line)?.groups?.name).filter(name => name !== undefined);

/** Root may read everything: what others may not is tried as somebody else, if the program can be reached by them. */
const nobody = process.getuid?.() === 0 ? {uid: 65_534, gid: 65_534} : {};
const canBeNobody = await run(process.execPath, [program, '--version'], nobody).then(({code}) => code === 0, () => false);

describe('an operator at a terminal', {timeout: 1_800_000, concurrency: 2}, () => {
	test('reviews, confirms, watches the run and reads the summary', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		assert.equal(terminal.isAlternate, true);
		assert.match(terminal.screen().join('\n'), new RegExp(`${sampleSelection.length} files marked`, 'v'));

		terminal.press('w');
		const lines = await terminal.waitFor(confirm);
		assert.match(lines.join('\n'), new RegExp(`Back up ${sampleSelection.length} files`, 'v'));
		assert.equal(await exists(sandbox.destination), false, 'something was written before the confirmation');

		terminal.press('enter');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.equal(terminal.isAlternate, false);
		assert.ok(terminal.normalLines().includes(`Backup completed in ${sandbox.set}`));
		await assertCopied(sandbox, sampleSelection);
		await assertGivenBack(terminal);
	});

	test('takes out one file with the space bar, and it is not in the set', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		await moveTo(terminal, 'auth.log');
		terminal.press('space');
		await terminal.waitFor(/\[ \] auth\.log\s/v);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'auth.log'));
	});

	test('takes a file back in that is skipped by default', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		assert.match(terminal.screen().join('\n'), /\[ \] btmp .*skipped by default/v);
		await moveTo(terminal, 'btmp');
		terminal.press('space');
		await terminal.waitFor(/\[x\] btmp\s/v);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, [...sampleSelection, 'btmp']);
	});

	test('takes everything out, marks one file, and gets just that', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);

		await toggleAllUntil(terminal, 0);
		await moveTo(terminal, 'kern.log');
		terminal.press('space');
		await terminal.waitFor('1 file marked');
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, ['kern.log']);
	});

	for (const key of ['q', 'f10']) {
		test(`looks, and quits with ${key}: nothing is touched`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			const before = await listTree(sandbox.root);
			await using terminal = await openReview(sandbox);
			terminal.press(key);
			assert.equal(await exitCode(terminal), 0, lastWords(terminal));
			assert.deepEqual(await listTree(sandbox.root), before);
			await assertGivenBack(terminal);
		});
	}

	test('goes back from the question with Esc, and quits: nothing is touched', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const before = await listTree(sandbox.root);
		await using terminal = await openReview(sandbox);
		terminal.press('w');
		await terminal.waitFor(confirm);
		terminal.press('esc');
		await terminal.waitFor(review);
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.deepEqual(await listTree(sandbox.root), before);
	});

	test('starts although today\'s set exists: is told so, and gets exit code 4', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		assert.equal((await sandbox.run(['--yes'])).code, 0);
		const before = await listTree(sandbox.root);
		await using terminal = sandbox.start();
		const lines = await terminal.waitFor('already exists');
		assert.match(lines.join('\n'), new RegExp(String.raw`${someDate}[^]*\b${sampleSelection.length}\b`, 'v'));
		await terminal.waitForRawMode();
		terminal.press('q');
		assert.equal(await exitCode(terminal), 4, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), new RegExp(`Backup for ${someDate} already exists!`, 'v'));
		assert.deepEqual(await listTree(sandbox.root), before);
		await assertGivenBack(terminal);
	});

	test('starts although the day\'s set is another host\'s, or no backup: is told so, and gets exit code 1', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		assert.equal((await sandbox.run(['--yes', '--host=elsewhere'])).code, 0);

		for (const told of [/elsewhere/v, /rmdir/v]) {
			const before = await listTree(sandbox.root);
			await using terminal = sandbox.start();
			await terminal.waitFor(told);
			await terminal.waitForRawMode();
			terminal.press('q');
			assert.equal(await exitCode(terminal), 1, lastWords(terminal));
			assert.match(terminal.normalLines().join(' '), told);
			assert.deepEqual(await listTree(sandbox.root), before);
			await using plain = sandbox.start(['--plain']);
			await plain.waitFor(/Command:/v);
			plain.send('q\r');
			assert.equal(await exitCode(plain), 1);
			assert.match(plain.transcript, told);
			await fs.rm(sandbox.set, {recursive: true});
			await fs.mkdir(sandbox.set, {mode: 0o700});
		}
	});

	test('works through the whole of it on a terminal of 40x12', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {cols: 40, rows: 12});
		const keysShown = terminal.screen().at(-1) ?? '';
		assert.match(keysShown, /Enter.*q/v);
		await moveTo(terminal, 'syslog.1');
		terminal.press('space');
		await terminal.waitFor(`${sampleSelection.length - 1} files`);
		terminal.press('?');
		await terminal.waitFor(lines => !review.test(lines.join('\n')), {what: 'the help'});
		assert.notEqual(terminal.screen().at(-1), '');
		terminal.press('esc');
		await terminal.waitFor(review);
		terminal.press('w');
		const question = await terminal.waitFor(confirm);
		assert.match(question.at(-1) ?? '', /Enter.*Esc/v);
		terminal.press('y');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /Backup completed/v);
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'syslog.1'));
		await assertGivenBack(terminal);
	});

	test('sees the run on a terminal of 40x12, keys included', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox, {cols: 40, rows: 12});
		await startBackup(terminal);
		const lines = await terminal.waitFor(/\d%[\s\S]*endless\.log/v);
		assert.match(lines.at(-1) ?? '', /q/v);
		terminal.press('ctrl-c');
		await terminal.waitFor(asking);
		terminal.press('ctrl-c');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('has too small a terminal: one line says so, q quits, and a larger one shows the list', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start([], {cols: 30, rows: 8});
		const lines = await terminal.waitFor('40x12');
		assert.equal(lines.filter(line => line !== '').length, 1);
		await terminal.waitForRawMode();
		terminal.resize(80, 24);
		await terminal.waitFor(review);
		terminal.resize(30, 8);
		await terminal.waitFor('40x12');
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.equal(await exists(sandbox.destination), false);
		await assertGivenBack(terminal);
	});

	test('makes the terminal too small during the run, which goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.resize(30, 8);
		await terminal.waitFor(lines => lines.filter(line => line !== '').length === 1, {what: 'a single line'});
		await letItEnd(sandbox);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('changes the size of the terminal again and again, and the screen always fits', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);

		for (const [cols, rows] of [[40, 12], [200, 60], [81, 13], [132, 25], [80, 24]] as const) {
			terminal.resize(cols, rows);
			await terminal.waitFor(
				lines => /Enter.*q/v.test(lines.at(-1) ?? '') && review.test(lines.at(-2) ?? '') && lines[0] !== '',
				{what: `a screen of ${cols}x${rows}`},
			);
		}

		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('types so fast that two keys come in one read', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {rows: 40});
		const rowAfter = (lines: readonly string[], count: number) => lines[lines.findIndex(line => line.startsWith('›')) + count]!.slice(1);

		const third = rowAfter(terminal.screen(), 2);
		terminal.send('jj');
		await terminal.waitFor(lines => currentRow(lines).slice(1) === third, {what: 'the cursor on the third row'});

		terminal.send('jw');
		await terminal.waitFor(`Back up ${sampleSelection.length} files`);
		terminal.press('esc');
		const lines = await terminal.waitFor(review);
		assert.equal(rowAfter(lines, -1), third);

		await moveTo(terminal, 'kern.log');
		terminal.send(' w');
		await terminal.waitFor(`Back up ${sampleSelection.length - 1} files`);
		terminal.send('\r');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'kern.log'));
	});

	test('types the whole journey ahead, and is asked all the same', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		terminal.send('w\r');
		await terminal.waitFor(`Back up ${sampleSelection.length} files`);
		assert.equal(await exists(sandbox.destination), false);
		terminal.send('\r');
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection);
	});

	test('asks for help, and comes back to where he was', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {rows: 40});
		await moveTo(terminal, 'kern.log');
		const before = terminal.screen();
		terminal.press('?');
		const help = await terminal.waitFor(lines => !review.test(lines.join('\n')), {what: 'the help'});

		const words = ['Enter', 'Space', 'sort', 'quit', 'Ctrl-C', 'Ctrl-Z'];
		assert.deepEqual(words.filter(word => help.every(line => !line.includes(word))), []);
		terminal.press('?');
		assert.deepEqual(await terminal.waitFor(review), before);
	});

	test('sorts by size and by age', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {rows: 40});
		const names = listedNames(terminal.screen());
		assert.deepEqual(names, names.toSorted());

		terminal.press('s');
		await terminal.waitFor(lines => listedNames(lines)[0] === 'syslog.1', {what: 'the largest file on top'});
		terminal.press('s');
		await terminal.waitFor(lines => listedNames(lines)[0] === 'syslog', {what: 'the newest file on top'});
		terminal.press('s');
		await terminal.waitFor(lines => listedNames(lines)[0] === names[0], {what: 'the first name on top'});
	});

	test('presses Ctrl-C in the list: exit code 130, nothing written, terminal as before', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const before = await listTree(sandbox.root);
		await using terminal = await openReview(sandbox);
		terminal.press('ctrl-c');
		assert.equal(await exitCode(terminal), 130, lastWords(terminal));
		assert.deepEqual(await listTree(sandbox.root), before);
		await assertGivenBack(terminal);
	});

	for (const [signal, code] of [['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129], ['SIGQUIT', 131]] as const) {
		test(`sends ${signal} from elsewhere: exit code ${code}, nothing written, terminal as before`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openReview(sandbox);
			terminal.kill(signal);
			assert.equal(await exitCode(terminal), code, lastWords(terminal));
			assert.equal(await exists(sandbox.destination), false);
			await assertGivenBack(terminal);
		});
	}

	test('presses Ctrl-C during the run: is asked; a second one stops it, and says what was kept', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor('1 of 2 files done');
		terminal.press('ctrl-c');
		await terminal.waitFor(asking);
		terminal.press('ctrl-c');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		assert.equal(await exists(sandbox.set), false);
		assert.match(terminal.normalLines().join('\n'), /kept|next run/v);
		await assertGivenBack(terminal);
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 0);

		// What it left does not block the day.
		await letItEnd(sandbox);
		assert.equal((await sandbox.run(['--yes'])).code, 0);
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
		assert.deepEqual(await fs.readdir(sandbox.destination).then(names => names.filter(name => name.endsWith('.partial'))), []);
	});

	test('presses Ctrl-C twice so fast that both come in one read: the run stops', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.send('\u{3}\u{3}');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		assert.equal(await exists(sandbox.set), false);
		await assertGivenBack(terminal);
	});

	test('presses q during the run, thinks better of it, and the run goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.press('q');
		await terminal.waitFor(asking);
		terminal.press('n');
		await terminal.waitFor(lines => !lines.join('\n').includes('Stop the backup?'), {what: 'the question to go away'});
		await letItEnd(sandbox);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('sees the screen die during the run: the backup goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.kill('SIGKILL');
		assert.deepEqual(await terminal.waitForExit(), {exitCode: 0, signal: 'SIGKILL'});
		assert.equal(await exists(sandbox.set), false);
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
		assert.equal((await sandbox.checkSums()).code, 0);
	});

	test('loses the connection during the run: the backup goes on to its end', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.hangUp();
		await terminal.exited;
		assert.equal(await exists(sandbox.set), false);
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 0);
	});

	test('loses the connection in the list: the program ends, nothing is written', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		terminal.hangUp();
		await terminal.exited;
		await until('the program to be gone', async () => (await sandbox.processes()).length === 0);
		assert.equal(await exists(sandbox.destination), false);
	});

	test('sends SIGTERM to the screen during the run: told that the backup goes on, and it does', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.kill('SIGTERM');
		assert.equal(await exitCode(terminal), 143, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /goes on/v);
		await assertGivenBack(terminal);
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
	});

	test('stops looking for a while, with a stalled connection: the run ends all the same', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.stall();
		await letItEnd(sandbox);
		await until('the set', async () => exists(sandbox.set));
		terminal.resume();
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('goes to the shell with Ctrl-Z and comes back with fg', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const prompt = /^bash\S*[#$]$/mv;
		// Without line editing, so that the terminal's settings are the program's doing alone.
		await using terminal = Terminal.start({
			command: 'bash', args: ['--norc', '--noprofile', '--noediting', '-i'], env: sandbox.env, cwd: sandbox.root,
		});
		await terminal.waitFor(prompt);
		terminal.send(`${[process.execPath, program, ...sandbox.flags].join(' ')}\n`);
		await waitForReview(terminal);
		await moveTo(terminal, 'kern.log');
		terminal.press('space');
		const before = await terminal.waitFor(/\[ \] kern\.log/v);

		terminal.press('ctrl-z');
		await terminal.waitFor(/Stopped/v);
		assert.equal(terminal.isAlternate, false);
		assert.equal(terminal.trace.isCursorHidden, false);
		await until('the terminal to edit lines', () => !terminal.isRaw);

		terminal.send('fg\n');
		await terminal.waitFor(lines => terminal.isAlternate && lines.join('\n') === before.join('\n'), {what: 'the list as it was'});
		await terminal.waitForRawMode();
		terminal.press('q');
		await terminal.waitFor(lines => !terminal.isAlternate && prompt.test(lines.join('\n').trimEnd()), {what: 'the prompt'});
		assert.equal(await exists(sandbox.destination), false);
		terminal.send('exit\n');
		await terminal.waitForExit();
	});

	test('confirms while another run has begun: exit code 11, and that run is left alone', async () => {
		await using sandbox = await createEndless();
		await using terminal = await openReview(sandbox);
		const other = sandbox.run(['--yes']);
		await until('the other run', async () => exists(sandbox.staging));
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 11, lastWords(terminal));
		await assertGivenBack(terminal);
		await letItEnd(sandbox);
		assert.equal((await other).code, 0);
		assert.deepEqual(await sandbox.copies(), ['auth.log.gz', 'endless.log.gz']);
	});

	test('starts while another run is under way: watches it to its end', async () => {
		await using sandbox = await createEndless();
		const other = sandbox.run(['--yes']);
		await waitForWatchable(sandbox);
		await using terminal = sandbox.start();
		await terminal.waitFor(running);
		await letItEnd(sandbox);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.ok(terminal.normalLines().includes(`Backup completed in ${sandbox.set}`));
		assert.equal((await other).code, 0);
		await assertGivenBack(terminal);
	});

	test('leaves the run alone with d, comes back, and stops it with two Ctrl-C', async () => {
		await using sandbox = await createEndless();
		await using first = await openReview(sandbox);
		await startBackup(first);
		await first.waitFor(running);
		first.press('d');
		assert.equal(await exitCode(first), 0, lastWords(first));
		assert.match(first.normalLines().join('\n'), /goes on/v);
		await assertGivenBack(first);

		await using second = sandbox.start();
		await second.waitFor(running);
		await second.waitForRawMode();
		second.press('ctrl-c');
		await second.waitFor(asking);
		second.press('ctrl-c');
		assert.equal(await leaveSummary(second), 130, lastWords(second));
		await until('the backup process to be gone', async () => (await sandbox.processes()).length === 0);
		assert.equal(await exists(sandbox.set), false);
		await assertGivenBack(second);
	});

	test('confirms a file that vanishes: told so in the summary, and the others are copied', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox);
		await fs.rm(path.join(sandbox.source, 'mail.log'));
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /mail\.log.*vanished/v);
		await assertCopied(sandbox, sampleSelection.filter(name => name !== 'mail.log'));
	});

	test('is no root and may not read one file: warned, told in the summary, exit code 3', {skip: !canBeNobody && 'another user can\'t run the program where it is'}, async () => {
		await using sandbox = await Sandbox.create();
		await sandbox.add('open.log', 'anybody\n');
		await sandbox.add('secret.log', 'nobody\n');
		await fs.chmod(path.join(sandbox.source, 'secret.log'), 0);

		for (const directory of [sandbox.root, sandbox.source, path.join(sandbox.source, 'open.log')]) {
			await fs.chown(directory, nobody.uid ?? -1, nobody.gid ?? -1);
		}

		await using terminal = await openReview(sandbox, nobody);
		assert.match(terminal.screen().join('\n'), /secret\.log.*no permission/v);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 3, lastWords(terminal));
		assert.match(terminal.normalLines().join('\n'), /secret\.log: .*[Pp]ermission/v);
		assert.deepEqual(await sandbox.copies(), ['open.log.gz']);
		await assertGivenBack(terminal);
	});

	test('looks through 5,000 entries', async () => {
		await using sandbox = await Sandbox.create();
		const names = Array.from({length: 5000}, (_, index) => `app-${String(index + 1).padStart(4, '0')}.log`);
		await Promise.all(names.map(async name => sandbox.add(name, name)));
		await using terminal = sandbox.start();
		await terminal.waitFor('5,000 files marked');
		await terminal.waitForRawMode();
		terminal.press('G');
		await terminal.waitFor(lines => currentRow(lines).includes('app-5000.log'), {what: 'the last row'});
		terminal.press('space');
		await terminal.waitFor('4,999 files marked');
		terminal.press('g');
		await terminal.waitFor(lines => currentRow(lines).includes('app-0001.log'), {what: 'the first row'});
		terminal.press('pagedown', 'pagedown', 'pageup');
		await terminal.waitFor(lines => /app-00[1-3]\d\.log/v.test(currentRow(lines)), {what: 'a page down'});
		terminal.press('s');
		await terminal.waitForChange(() => {
			terminal.press('s');
		});
		terminal.press('w');
		await terminal.waitFor('Back up 4,999 files');
		terminal.press('esc');
		await terminal.waitFor(review);
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('opens an empty directory: nothing to back up, and nothing breaks', async () => {
		await using sandbox = await Sandbox.create();
		await using terminal = await openReview(sandbox);
		terminal.press('down', 'pagedown', 'G', 'space', 'a', 's');
		await terminal.waitForChange(() => {
			terminal.press('w');
		});
		assert.doesNotMatch(terminal.screen().join('\n'), confirm);
		terminal.press('q');
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.equal(await exists(sandbox.destination), false);
	});

	test('works in a terminal as any other where CI=1 is set', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = await openReview(sandbox, {env: {CI: '1', CONTINUOUS_INTEGRATION: '1', GITHUB_ACTIONS: 'true'}});
		assert.equal(terminal.isAlternate, true);
		await startBackup(terminal);
		assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
		await assertCopied(sandbox, sampleSelection);
		await assertGivenBack(terminal);
	});

	for (const hasSet of [false, true]) {
		test(`leaves the program open for hours ${hasSet ? 'where today\'s set exists' : 'in the list'}: it keeps nothing open by mistake`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();

			if (hasSet) {
				await sandbox.run(['--yes']);
			}

			// What hours bring about by chance is forced at the end: the garbage collector finds a file that nobody closed, which Node makes an error.
			await using terminal = Terminal.start({
				command: process.execPath,
				args: ['--expose-gc', '--import', 'data:text/javascript,process.once("beforeExit", () => { gc(); setTimeout(gc, 1); })', program, ...sandbox.flags],
				env: sandbox.env,
			});
			await terminal.waitFor(hasSet ? 'already exists' : review);
			await terminal.waitForRawMode();
			terminal.press('q');
			assert.equal(await exitCode(terminal), hasSet ? 4 : 0, lastWords(terminal));
			await assertGivenBack(terminal);
		});
	}

	for (const [what, args, env] of [['--no-color', ['--no-color'], {}], ['NO_COLOR', [], {NO_COLOR: '1'}]] as const) {
		test(`sees no colour with ${what}, and knows where the cursor is all the same`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = await openReview(sandbox, {env: {...env}}, args);
			assert.notEqual(currentRow(terminal.screen()), '');
			terminal.press('q');
			await terminal.waitForExit();
			assert.doesNotMatch(terminal.transcript, /\u{1B}\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:;\d+)*m/v);
			await assertGivenBack(terminal);
		});
	}
});

const [vanishing, copied] = [hostileNames.slice(0, 3), hostileNames.slice(3)];

async function createHostile(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();

	for (const [what, name] of hostileNames) {
		await sandbox.add(name, what);
	}

	return sandbox;
}

describe('hostile names leave the terminal untouched', {timeout: 600_000, concurrency: 2}, () => {
	for (const [cols, rows] of [[80, 24], [40, 12], [200, 60]] as const) {
		test(`on every screen of ${cols}x${rows}, and every one is in the set`, async () => {
			await using sandbox = await createHostile();
			await using terminal = await openReview(sandbox, {cols, rows});

			for (const _ of hostileNames) {
				terminal.press('down');
			}

			terminal.press('s', 's', 's', 'g');
			await terminal.waitFor(new RegExp(`${hostileNames.length} files(?: marked|,)`, 'v'));
			// Some vanish, so that the summary has names to tell.
			await Promise.all(vanishing.map(async ([, name]) => fs.rm(Buffer.concat([Buffer.from(`${sandbox.source}/`), name]))));
			await startBackup(terminal);
			assert.equal(await leaveSummary(terminal), 0, lastWords(terminal));
			const lines = terminal.normalLines();
			assert.equal(lines.filter(line => line.includes('vanished before')).length, vanishing.length);
			await assertGivenBack(terminal);

			assert.equal((await sandbox.copies()).length, copied.length);
			assert.equal((await sandbox.checkSums()).code, 0);

			const contents = await Promise.all(copied.map(async ([, name]) => {
				const copy = Buffer.concat([Buffer.from(`${sandbox.set}/`), name, Buffer.from('.gz')]);
				return run('gzip', ['--decompress', '--stdout'], {stdin: await fs.readFile(copy)});
			}));
			assert.deepEqual(contents.map(({stdout}) => stdout), copied.map(([what]) => what));
		});
	}

	test('while they are copied, and where the run stops', async () => {
		await using sandbox = await Sandbox.create();
		const name = Buffer.from(`${escape}]0;evil\u{7}${escape}[2J.log`);
		await sandbox.addEndless(name);
		await using terminal = await openReview(sandbox);
		await startBackup(terminal);
		await terminal.waitFor(running);
		terminal.press('ctrl-c');
		await terminal.waitFor(asking);
		terminal.press('ctrl-c');
		assert.equal(await leaveSummary(terminal), 130, lastWords(terminal));
		await assertGivenBack(terminal);
	});

	test('also those of the source and the destination', async () => {
		await using sandbox = await Sandbox.create();
		const source = path.join(sandbox.root, `${escape}]0;evil\u{7}source`);
		const destination = path.join(sandbox.root, `${escape}[2J\u{202E}destination`);
		await fs.mkdir(source);
		await fs.writeFile(path.join(source, 'a.log'), 'a');
		const options = {
			command: process.execPath,
			args: [program, '--source', source, '--dest', destination, '--date', someDate],
			env: sandbox.env,
		};
		await using hostile = Terminal.start(options);
		await waitForReview(hostile);
		await startBackup(hostile);
		assert.equal(await leaveSummary(hostile), 0, lastWords(hostile));
		await assertGivenBack(hostile);

		await using again = Terminal.start(options);
		await again.waitFor('already exists');
		await again.waitForRawMode();
		again.press('q');
		assert.equal(await exitCode(again), 4, lastWords(again));
		await assertGivenBack(again);
	});

	for (const args of [
		['--dry-run'], ['--dry-run', '--json'], ['--yes'], ['--yes', '--json'], [`--${escape}]0;evil\u{7}`], [`--level=${escape}[2J`], [`--date=${escape}c`], [`${escape}[2J`],
	]) {
		test(`with ${JSON.stringify(args.join(' '))}`, async () => {
			await using sandbox = await createHostile();
			await using terminal = sandbox.start(args);
			await terminal.waitForExit();
			await assertGivenBack(terminal);
			assert.notEqual(terminal.bytesReceived, 0);
		});
	}
});

describe('without a terminal to ask at', {timeout: 300_000}, () => {
	const assertRefused = (text: string) => {
		assert.match(text, /--yes/v);
		// Not one escape sequence, and no other control than the end of a line.
		assert.doesNotMatch(text, /[^\P{Control}\n\r]/v);
	};

	test('the bare command names --yes, ends with 2 and writes nothing', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		const {stdout, stderr} = await sandbox.run([], {code: 2});
		assert.equal(stdout, '');
		assertRefused(stderr);
		assert.equal(await exists(sandbox.destination), false);
	});

	for (const [what, redirection] of [
		['a closed standard input', '<&-'],
		['an empty standard input', '</dev/null'],
		['a pipe for standard output', '| cat'],
		['a closed standard output', '>&-'],
	] as const) {
		test(`${what}: the same`, async () => {
			await using sandbox = await Sandbox.withSampleLogs();
			await using terminal = Terminal.start({
				command: 'bash',
				args: ['-c', `set -o pipefail; "$@" ${redirection}`, 'bash', process.execPath, program, ...sandbox.flags],
				env: sandbox.env,
			});
			assert.equal(await exitCode(terminal), 2, lastWords(terminal));
			assertRefused(terminal.transcript);
			assert.equal(await exists(sandbox.destination), false);
		});
	}

	test('--yes works the same with and without one, and leaves the alternate screen alone', async () => {
		await using sandbox = await Sandbox.withSampleLogs();
		await using terminal = sandbox.start(['--yes']);
		assert.equal(await exitCode(terminal), 0, lastWords(terminal));
		assert.deepEqual(terminal.normalLines().slice(0, 2), ['Starting daily log backup...', `Backup completed in ${sandbox.set}`]);
		assert.doesNotMatch(terminal.transcript, /\u{1B}\[\?/v);
		await assertCopied(sandbox, sampleSelection);
		await assertGivenBack(terminal);

		const again = await sandbox.run(['--yes'], {code: 4});
		assert.deepEqual(again, {
			code: 4, signal: null, stdout: '', stderr: `Backup for ${someDate} already exists!\n`,
		});
	});

	for (const flag of ['--help', '--version']) {
		test(`${flag} needs neither terminal nor source`, async () => {
			const {code, stdout, stderr} = await runProgram([flag]);
			assert.equal(code, 0);
			assert.notEqual(stdout, '');
			assert.equal(stderr, '');
			assert.doesNotMatch(stdout, /[^\P{Control}\n]/v);
		});
	}
});
