/*
Packages as they are installed: `npm run test:package`. It builds them, compressed a little only, and takes some minutes. With LOGBACKUP_PACKAGES=packages those of `npm run package` are
tested. As root, with debootstrap, lintian, mandoc, rpm and qemu-user-static; what is missing is skipped, and said.
*/
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
	after,
	before,
	describe,
	test,
} from 'node:test';
import package_ from '../../package.json' with {type: 'json'};
import {run} from '../support/run.ts';
import {BareDebian, bootstrap, whyNoBareSystem} from './bare-debian.ts';
import {
	buildPackages,
	isRelease,
	packageFile,
	packages,
	shell,
	work,
} from './built-packages.ts';

const {version} = package_;
const home = '/usr/lib/logbackup-tui';

const without = (...names: readonly string[]): string | false => {
	const missing = names.filter(name => spawnSync('which', [name]).status !== 0);
	return missing.length > 0 && `${missing.join(', ')} not installed`;
};

/** Where shells look for completions, below `/usr/share`. */
const completions = {
	bash: 'bash-completion/completions/logbackup-tui', zsh: 'zsh/vendor-completions/_logbackup-tui', fish: 'fish/vendor_completions.d/logbackup-tui.fish',
};

/** A script that ends with 0 if a Node takes the code caches beside the program. */
const checkCache = `const {readdirSync, readFileSync} = require('node:fs'); const directory = process.argv.at(-1) + '/program/';
const scripts = readdirSync(directory).filter(name => name.endsWith('.js'));
const rejected = scripts.filter(name => new (require('node:vm').Script)(readFileSync(directory + name, 'latin1'), {cachedData: readFileSync(directory + name + '.cache')}).cachedDataRejected);
process.exitCode = scripts.length > 0 && rejected.length === 0 ? 0 : 1;`;

/** The commands that README has for whoever installs the package, as root types them. */
function readmeCommands(): readonly string[] {
	const text = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
	const block = /<!-- package -->\n(?<block>(?:.*\n)*?)<!-- \/package -->/v.exec(text)?.groups?.block ?? '';
	return block.split('\n').filter(line => line.startsWith(' '.repeat(4))).map(line => line.split('#', 1)[0]!.trim().replace(/^sudo /v, ''));
}

before(buildPackages);

after(async () => {
	await fs.rm(work, {recursive: true, force: true});
});

/** The journey of somebody who starts it for the first time: the list, the question, the run, the summary. */
async function takeJourney(system: BareDebian, command: string): Promise<number> {
	await using terminal = system.start(['bash', '-c', command]);
	await terminal.waitFor(/\d files? marked/v);
	await terminal.waitForRawMode();
	terminal.press('w');
	await terminal.waitFor(/Back up [\d,]+ files?\?/v);
	terminal.press('enter');
	await terminal.waitFor(/Enter leave/v);
	terminal.press('enter');
	const {exitCode} = await terminal.waitForExit();
	return exitCode;
}

for (const suite of ['bookworm', 'trixie']) {
	describe(`a bare Debian ${suite}`, {skip: whyNoBareSystem()}, () => {
		const system = new BareDebian(path.join(work, suite));
		let problem: string | undefined;
		let namesBefore: readonly string[];

		before(async () => {
			problem = await bootstrap(system.root, suite);

			if (problem === undefined) {
				namesBefore = await system.names();
			}
		});

		/** Skips what needs a system that could not be made. */
		const onSystem = (what: string, body: () => Promise<void>) => {
			// eslint-disable-next-line node-test/require-assertion -- The body has them.
			test(what, async t => {
				if (problem === undefined) {
					await body();
				} else {
					t.skip(problem);
				}
			});
		};

		onSystem('gets its first backup by the commands of README', async () => {
			const [install, first, ...rest] = readmeCommands();
			const deb = await packageFile('_amd64.deb');
			await fs.copyFile(deb, system.path(`root/${path.basename(deb)}`));
			await system.write('var/log/app.log', 'one line\n'.repeat(1000));
			await system.run(['bash', '-c', `cd /root && ${install!.replace('apt install', 'apt-get install --yes --no-install-recommends')}`]);
			assert.equal(await takeJourney(system, first!), 0);

			for (const command of rest) {
				await system.run(['bash', '-c', command]);
			}

			const names = await fs.readdir(system.path('var/log/backups'));
			const date = names.find(name => /^\d{4}-/v.test(name));
			const manifest = await fs.readFile(system.path(`var/log/backups/${date!}/manifest.json`), 'utf8');
			assert.match(manifest, /"engine": ?"libdeflate"/v);
		});

		onSystem('has a program that works', async () => {
			const {stdout} = await system.run(['logbackup-tui', '--version']);
			assert.equal(stdout, `${version}\n`);
			await system.run(['logbackup-tui', 'verify']);
			const {stdout: content} = await system.run(['logbackup-tui', 'cat', 'latest', 'app.log']);
			assert.equal(content, 'one line\n'.repeat(1000));
		});

		onSystem('has completions and a manual page of the program', async () => {
			for (const [shellName, file] of Object.entries(completions)) {
				const {stdout} = await system.run(['logbackup-tui', 'completion', shellName]);
				assert.equal(await fs.readFile(system.path(`usr/share/${file}`), 'utf8'), stdout);
			}

			await shell('gzip --test "$1"', system.path('usr/share/man/man8/logbackup-tui.8.gz'));
		});

		onSystem('has a code cache that its Node takes', async () => {
			const {code} = await system.run([`${home}/node`, '-e', checkCache, `${home}/dist`]);
			assert.equal(code, 0);
		});

		onSystem('keeps the program as it was installed, whatever the environment says', async () => {
			const installed = await system.list(home);
			await system.write('tmp/other.cjs', 'require("node:fs").writeFileSync("/tmp/ran", "")');
			const env = {
				NODE_OPTIONS: '--require=/tmp/other.cjs', NODE_COMPILE_CACHE: '/tmp/cache', NODE_V8_COVERAGE: '/tmp/coverage', NODE_PATH: '/tmp',
			};
			await system.run(['logbackup-tui', 'list'], {env});
			await system.run(['logbackup-tui', '--yes', '--date', '2026-03-14'], {env});
			assert.deepEqual(await fs.readdir(system.path('tmp')), ['other.cjs']);
			assert.deepEqual(await system.list(home), installed);
		});

		onSystem('has nothing of it after purge but the sets', async () => {
			// Without systemd the timer is a file of cron.
			await system.run(['mkdir', '-p', '/etc/cron.d']);
			await system.run(['logbackup-tui', 'timer', 'on', '--yes']);
			await system.run(['apt-get', 'purge', '--yes', 'logbackup-tui']);
			const old = new Set(namesBefore);
			const names = await system.names();
			const left = names.filter(name => !old.has(name) && name.includes('logbackup') && !name.startsWith('/root/'));
			assert.deepEqual(left, []);
			assert.ok(names.some(name => /^\/var\/log\/backups\/.+\/app\.log\.gz$/v.test(name)));
		});
	});
}

test('lintian finds nothing but what is said to be meant', {skip: without('lintian')}, async () => {
	const {stdout} = await run('lintian', ['--fail-on', 'none', '--tag-display-limit', '0', await packageFile('_amd64.deb'), await packageFile('_arm64.deb')]);
	assert.deepEqual(stdout.split('\n').filter(line => /^[EW]:/v.test(line)), []);
});

test('mandoc has nothing to warn of', {skip: without('mandoc')}, async () => {
	const {stdout} = await shell('dpkg-deb --fsys-tarfile "$1" | tar -xO ./usr/share/man/man8/logbackup-tui.8.gz | zcat | mandoc -T lint -W warning', await packageFile('_amd64.deb'));
	assert.equal(stdout, '');
});

test('the sums are those of the packages', async () => {
	const {code} = await run('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {cwd: packages});
	assert.equal(code, 0);
});

test('packages are as small as is promised', async () => {
	for (const ending of ['_amd64.deb', '_arm64.deb', '.x86_64.rpm', '.aarch64.rpm', '-x64.tar.xz', '-arm64.tar.xz']) {
		const {size} = await fs.stat(await packageFile(ending), {bigint: true});
		// What is compressed a little only is larger.
		assert.ok(size <= (isRelease ? 30_000_000n : 40_000_000n), `${ending}: ${size}`);
	}

	const {stdout} = await run('dpkg-deb', ['--field', await packageFile('_amd64.deb'), 'Installed-Size']);
	assert.ok(Number(stdout) * 1024 <= 120_000_000, stdout);
});

describe('the package for RPM', {skip: without('rpm', 'rpm2cpio', 'cpio')}, () => {
	test('says what it is, takes no scripts and no guessed names', async () => {
		for (const architecture of ['x86_64', 'aarch64']) {
			const file = await packageFile(`.${architecture}.rpm`);
			const {stdout} = await run('rpm', ['--query', '--package', '--queryformat', '%{NAME} %{VERSION} %{ARCH} %{LICENSE} %{OS}', file]);
			assert.match(stdout, new RegExp(`^logbackup-tui ${version.replaceAll('-', '~').replaceAll('.', String.raw`\.`)} ${architecture} .+ linux$`, 'v'));
			const {stdout: scripts} = await run('rpm', ['--query', '--package', '--scripts', '--triggers', file]);
			assert.equal(scripts, '');
		}
	});

	test('has the program of the one for Debian', async () => {
		const [rpm, deb] = [path.join(work, 'from-rpm'), path.join(work, 'from-deb')];
		await shell('mkdir "$2"; cd "$2"; rpm2cpio "$1" | cpio -idm --quiet', await packageFile('.x86_64.rpm'), rpm);
		await shell('dpkg-deb -x "$1" "$2"', await packageFile('_amd64.deb'), deb);
		const {stdout} = await run('diff', ['--recursive', '--brief', path.join(rpm, home), path.join(deb, home)]);
		assert.equal(stdout, '');
		await run(path.join(rpm, home, 'node'), [path.join(rpm, home, 'dist/cli.js'), '--version']);
	});
});

test('the archive works wherever it is unpacked, through a link too', async () => {
	const directory = path.join(work, 'unpacked here');
	await shell('mkdir "$2"; tar -xJf "$1" --strip-components=1 -C "$2"; ln -s "$2/bin/logbackup-tui" "$2/link"', await packageFile('-x64.tar.xz'), directory);
	const {stdout} = await run(path.join(directory, 'link'), ['--version']);
	assert.equal(stdout, `${version}\n`);
});

describe('the package for arm64', {skip: whyNoBareSystem() || without('qemu-aarch64-static')}, () => {
	const system = new BareDebian(path.join(work, 'arm64'));
	let problem: string | undefined;

	before(async () => {
		problem = await bootstrap(system.root, 'bookworm', ['--foreign', '--arch=arm64', '--include=libdeflate0,libstdc++6']);

		if (problem === undefined) {
			await shell('for package in "$1"/var/cache/apt/archives/lib{deflate0,stdc++6,gcc-s1,c6}_*.deb "$2"; do dpkg-deb -x "$package" "$1"; done', system.root, await packageFile('_arm64.deb'));
		}
	});

	test('makes a backup with libdeflate, and has a code cache that its Node takes', async t => {
		if (problem !== undefined) {
			t.skip(problem);
			return;
		}

		// In a chroot and not by the emulator's own prefix, which would lead every opened directory astray.
		const node = async (...words: readonly string[]) => system.run(['/emulator', `${home}/node`, ...words]);
		// The first half of a bootstrap may leave a link there.
		await fs.rm(system.path('proc'), {force: true, recursive: true});
		await fs.mkdir(system.path('proc'));
		await shell('cp "$(which qemu-aarch64-static)" "$1/emulator"', system.root);
		await system.write('var/log/app.log', 'one line\n'.repeat(1000));
		await node('-e', checkCache, `${home}/dist`);
		await node(`${home}/dist/cli.js`, '--yes', '--date', '2026-03-14');
		assert.match(await fs.readFile(system.path('var/log/backups/2026-03-14/manifest.json'), 'utf8'), /"engine": ?"libdeflate"/v);
	});
});
