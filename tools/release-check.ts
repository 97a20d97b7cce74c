/*
Tells whether what is here can be released: `npm run release:check`. First what takes a moment (`--quick`: only that), then the tests, the packages, and the tests of these.
*/
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';

type Lock = {readonly version?: string; readonly packages?: Readonly<Record<string, {readonly version?: string}>>};

const git = (root: string, ...args: readonly string[]): string => {
	const {status, stdout, stderr} = spawnSync('git', ['-C', root, ...args], {encoding: 'utf8'});

	if (status !== 0) {
		throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
	}

	return stdout;
};

/**
What keeps a directory from being released, as far as its files tell.

@param root A repository of git with package.json, package-lock.json and CHANGELOG.md.
*/
export function releaseProblems(root: string): readonly string[] {
	const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
	// The one place that says which version it is; all else is made of it, or compared with it here.
	const {version} = JSON.parse(read('package.json')) as {readonly version: string};
	const lock = JSON.parse(read('package-lock.json')) as Lock;
	const heading = /^## (?<title>.*)$/mv.exec(read('CHANGELOG.md'))?.groups?.title ?? 'nothing';
	const changed = git(root, 'status', '--porcelain').trimEnd();
	const problems: ReadonlyArray<string | false> = [
		changed !== '' && `these files are not as they are committed:\n${changed}`,
		!/^\d+\.\d+\.\d+(?:-[\d.a-z]+)?$/v.test(version) && `package.json has no version that can be released: ${version}`,
		[lock.version, lock.packages?.['']?.version].some(other => other !== version) && `package-lock.json is of another version than package.json (${version}): npm install --package-lock-only`,
		!(heading.startsWith(`${version}, `) && /, \d{4}-\d{2}-\d{2}$/v.test(heading)) && `CHANGELOG.md begins with "${heading}", and not with "${version}, " and the date of the release`,
		git(root, 'tag', '--list', `v${version}`).trim() !== '' && `v${version} is tagged already: another version in package.json, or no release`,
	];
	return problems.filter(problem => problem !== false);
}

/** Runs a step of it, with what it prints on this terminal. Returns whether all was well. */
function runStep(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): boolean {
	console.log(`\n$ ${[command, ...args].join(' ')}`);
	return spawnSync(command, args, {stdio: 'inherit', env: {...process.env, ...environment}}).status === 0;
}

/** Whether what `npm pack` makes can be installed, and is the program of this version. */
async function isPackInstallable(): Promise<boolean> {
	const directory = await mkdtemp(path.join(os.tmpdir(), 'logbackup-release-'));

	try {
		const {version} = JSON.parse(readFileSync('package.json', 'utf8')) as {readonly version: string};
		const tarball = path.join(directory, `logbackup-tui-${version}.tgz`);
		// Without koffi, which is optional, nothing is fetched.
		const isInstalled = runStep('npm', ['pack', '--silent', '--pack-destination', directory])
			&& runStep('npm', ['install', '--silent', '--global', '--omit=optional', '--prefix', directory, tarball]);
		const {stdout} = spawnSync(path.join(directory, 'bin/logbackup-tui'), ['--version'], {encoding: 'utf8'});
		return isInstalled && stdout === `${version}\n`;
	} finally {
		await rm(directory, {recursive: true, force: true});
	}
}

const steps: ReadonlyArray<readonly [what: string, step: () => boolean | Promise<boolean>]> = [
	['the tarball of npm pack', isPackInstallable],
	['the tests', () => runStep('npm', ['test'])],
	['the packages', () => runStep('npm', ['run', 'package'])],
	['the tests of the packages', () => runStep('npm', ['run', 'test:package'], {LOGBACKUP_PACKAGES: path.resolve('packages')})],
];

/** Resolves with what failed. */
async function check(isQuick: boolean): Promise<readonly string[]> {
	const problems = [...releaseProblems('.')];

	for (const [what, step] of isQuick || problems.length > 0 ? [] : steps) {
		if (!await step()) {
			problems.push(`${what} failed`);
		}
	}

	return problems;
}

if (import.meta.main) {
	const {values: {quick}} = parseArgs({options: {quick: {type: 'boolean', default: false}}});
	process.chdir(path.join(import.meta.dirname, '..'));
	const problems = await check(quick);
	console.log(problems.length === 0 ? '\nIt can be released.' : `\nIt cannot be released:\n${problems.map(problem => `- ${problem}`).join('\n')}`);
	process.exitCode = problems.length === 0 ? 0 : 1;
}
