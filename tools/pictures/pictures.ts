/*
Draws the documents' pictures from the real program on sample logs: `node tools/pictures/pictures.ts`, as root, writes docs/*.svg; with `--journal`, that of the journal alone.

In namespaces of its own (unshare(1)) the program finds the sample as `/var/log` of a host called web1, with as much space as a server would
have; this machine's own log directory is out of its reach. Only rates, durations and the exact moment differ from one time to the next. One thing
is set by hand: the time in the manifest that the picture of an existing set shows, which would else be the time of drawing, not of that date.
*/
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {spawnSync} from 'node:child_process';
import {setTimeout} from 'node:timers/promises';
import {Sandbox, someDate} from '../../test/support/sandbox.ts';
import {messages, someMachine, writeJournal} from '../../test/support/journals.ts';
import {program, run} from '../../test/support/run.ts';
import {Terminal} from '../../test/support/terminal.ts';
import {localDate} from '../../source/text/format.ts';
import {
	drawAnimation,
	drawPicture,
	type Frame,
	type Snapshot,
	takeSnapshot,
} from './picture.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const logDirectory = '/var/log';
const title = 'sudo logbackup-tui';
const megabyte = 1e6;

/** Milliseconds from one frame of the run to the next in the animation, which shows it in time-lapse. */
const filmPause = 1200;
const timeLapse = 2;

/** What the run takes some seconds for, beside the files of the sample. */
const largeFiles = [['haproxy.log', 180], ['mongod.log', 420], ['syslog', 630]] as const;

/** It belongs to somebody else, and the program runs without root's right to read everything, as in some containers and over NFS. */
const unreadable = {name: 'pgaudit.log', size: 270 * megabyte, owner: 113} as const;

async function enlarge(sandbox: Sandbox, name: string, megabytes: number): Promise<void> {
	const file = path.join(sandbox.source, name);
	const part = await sandbox.content('syslog.1');
	await sandbox.add(name);

	for (let size = 0; size < megabytes * megabyte; size += part.length) {
		await fs.appendFile(file, part);
	}

	const now = new Date();
	await fs.utimes(file, now, now);
}

async function prepareSample(sandbox: Sandbox): Promise<void> {
	await sandbox.addSampleLogs();

	for (const [name, megabytes] of largeFiles) {
		await enlarge(sandbox, name, megabytes);
	}

	await sandbox.addSparse(unreadable.name, unreadable.size);
	await fs.chmod(path.join(sandbox.source, unreadable.name), 0o600);
	await fs.chown(path.join(sandbox.source, unreadable.name), unreadable.owner, unreadable.owner);
}

const start = (sandbox: Sandbox, {date = someDate, ...size}: {readonly cols?: number; readonly rows?: number; readonly date?: string} = {}) => Terminal.start({
	...size,
	command: 'setpriv',
	args: [
		'--bounding-set=-dac_override,-dac_read_search',
		'--inh-caps=-dac_override,-dac_read_search',
		process.execPath,
		program,
		`--date=${date}`,
		'--jobs=3',
	],
	env: {...sandbox.env, TZ: 'UTC'},
	cwd: '/',
});

/** Without the empty lines at its end. */
function crop(snapshot: Snapshot): Snapshot {
	const last = snapshot.lines.findLastIndex(cells => cells.some(({text}) => text !== ' '));
	const lines = snapshot.lines.slice(0, last + 1);
	return {...snapshot, rows: lines.length, lines};
}

async function draw(name: string, {emulator}: Terminal): Promise<void> {
	const picture = drawPicture(crop(takeSnapshot(emulator)), {theme: 'dark', title});
	await fs.writeFile(path.join(docs, `${name}.svg`), picture);
}

/** Film of what a terminal shows: each frame as long as it takes to read, whatever it took to make. */
class Film {
	readonly #frames: Frame[] = [];

	async take({emulator}: Terminal, seconds: number): Promise<void> {
		this.#frames.push({snapshot: takeSnapshot(emulator), seconds});
	}

	/** Presses keys one by one, with a frame after each. */
	async press(terminal: Terminal, keys: readonly string[], seconds: number): Promise<void> {
		for (const key of keys) {
			await terminal.waitForChange(() => {
				terminal.press(key);
			});
			await this.take(terminal, seconds);
		}
	}

	/** A frame now and then until a promise settles. */
	async follow(terminal: Terminal, ended: Promise<unknown>): Promise<void> {
		const isOver = ended.then(() => true);

		while (!await Promise.race([isOver, setTimeout(filmPause, false)])) {
			// Between two frames of the program.
			await terminal.waitFor(() => true);
			await this.take(terminal, filmPause / timeLapse / 1000);
		}
	}

	async write(name: string): Promise<void> {
		await fs.writeFile(path.join(docs, `${name}.svg`), drawAnimation(this.#frames, {theme: 'dark', title}));
	}
}

async function drawReview(terminal: Terminal, film: Film): Promise<void> {
	await terminal.waitFor(lines => {
		const text = lines.join('\n');
		return /\d files? marked/v.test(text) && !text.includes('reading the directory');
	}, {what: 'the complete list'});
	await terminal.waitForRawMode();
	await film.take(terminal, 3);
	// One taken out by hand.
	await film.press(terminal, ['down', 'down', 'down'], 0.4);
	await film.press(terminal, ['space'], 2);
	await terminal.waitFor(/^ \[ \] auth\.log\.1\s/mv);
	await draw('review', terminal);
}

async function drawDetails(sandbox: Sandbox): Promise<void> {
	await using terminal = start(sandbox, {cols: 130, rows: 30});
	await terminal.waitFor(/\d files? marked.*about/v);
	await terminal.waitForRawMode();
	terminal.send('/auth.log\r');
	await terminal.waitFor(/First lines|Last lines/v);
	terminal.press('esc');
	await terminal.waitFor(/›\[x\] auth\.log\s[\s\S]*kern\.log[\s\S]*Last lines/v);
	await draw('details', terminal);
	terminal.press('q');
	await terminal.waitForExit();
}

async function drawRun(terminal: Terminal): Promise<void> {
	await terminal.waitFor(lines => {
		const text = lines.join('\n');
		const percent = Number(/\b(?<percent>\d{1,3}) %/v.exec(text)?.groups?.percent);
		return percent >= 45 && /^ done /mv.test(text) && text.includes(unreadable.name) && /\bleft\b/v.test(text);
	}, {what: 'a run well under way'});
	// While it is being read.
	await fs.appendFile(path.join(logDirectory, 'syslog'), 'one more line\n');
	await draw('run', terminal);
}

async function drawExisting(sandbox: Sandbox): Promise<void> {
	const manifest = path.join(logDirectory, 'backups', someDate, 'manifest.json');
	const text = await fs.readFile(manifest, 'utf8');
	await fs.writeFile(manifest, text.replace(/(?<="finished": ")[^"]+/v, () => `${someDate}T06:25:09.000Z`));
	await using terminal = start(sandbox);
	await terminal.waitFor('already exists');
	await draw('exists', terminal);
}

const dayLength = 86_400_000;

/** The list of a server that has no syslog daemon: a few files, and the journal, of which a day is open. */
async function drawJournal(): Promise<void> {
	await using sandbox = await Sandbox.create();

	for (const [name, size] of [['alternatives.log', 26_000], ['dpkg.log', 480_000], ['fontconfig.log', 3200], ['unattended-upgrades.log', 41_000], ['wtmp', 21_000], ['btmp', 380_000]] as const) {
		await sandbox.add(name, Buffer.alloc(size, `${name} has such lines\n`));
	}

	await fs.mkdir(path.join(sandbox.source, 'apt'));
	await sandbox.add('apt/history.log', 'Start-Date: some day\n'.repeat(900));
	const id = path.join(sandbox.root, 'machine-id');
	await fs.writeFile(id, `${someMachine}\n`);
	const now = new Date();
	const moment = (days: number) => new Date(now.getTime() - (days * dayLength)).toISOString();
	await writeJournal(path.join(sandbox.source, 'journal', someMachine, 'system.journal'), messages(moment(4.7), moment(0), 48_000));
	await run('mount', ['--bind', id, '/etc/machine-id']);
	await run('mount', ['--bind', sandbox.source, logDirectory]);
	await using terminal = start(sandbox, {date: localDate(now)});
	await terminal.waitFor(/\d files? marked.*about/v);
	await terminal.waitForRawMode();
	terminal.press('down', 'down', 'down', 'down', 'down', 'right');
	await terminal.waitFor(/›\[x\]▾journal \(systemd\)/v);
	await draw('journal', terminal);
	terminal.press('q');
	await terminal.waitForExit();
	await run('umount', [logDirectory]);
	await run('umount', ['/etc/machine-id']);
}

async function drawAll(): Promise<void> {
	await using sandbox = await Sandbox.create();
	await prepareSample(sandbox);
	await run('mount', ['--bind', sandbox.source, logDirectory]);

	await drawDetails(sandbox);
	const film = new Film();
	await using terminal = start(sandbox);
	await drawReview(terminal, film);
	terminal.press('w');
	await terminal.waitFor(/Free .*free|Free .*at the destination/v);
	await draw('confirm', terminal);
	await film.take(terminal, 3.5);
	terminal.press('enter');
	const over = terminal.waitFor(/Enter leave/v);
	await Promise.all([drawRun(terminal), film.follow(terminal, over)]);
	await draw('over', terminal);
	await film.take(terminal, 5);
	terminal.press('enter');
	await terminal.waitForExit();
	await draw('summary', terminal);
	await film.take(terminal, 4);
	await film.write('main');
	await drawExisting(sandbox);
}

const isJournal = process.argv.includes('--journal');

if (process.argv.includes('--inside')) {
	await run('hostname', ['web1']);
	await run('mount', ['-t', 'tmpfs', '-o', 'size=40g', 'tmpfs', os.tmpdir()]);
	await drawJournal();

	if (!isJournal) {
		await drawAll();
	}
} else {
	await fs.mkdir(docs, {recursive: true});
	const place = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-pictures-'));
	const {status, error} = spawnSync('unshare', ['--mount', '--uts', process.execPath, import.meta.filename, '--inside', ...(isJournal ? ['--journal'] : [])], {
		stdio: 'inherit',
		env: {...process.env, TMPDIR: place},
	});
	await fs.rmdir(place);

	if (error) {
		throw error;
	}

	process.exitCode = status ?? 1;
}
