import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type Finished, run, type RunOptions} from '../support/run.ts';
import {Terminal} from '../support/terminal.ts';

/** Debian's mirror that this system is set up with, as arguments for debootstrap, which has one of its own. */
function mirrorArguments(): readonly string[] {
	const files = ['/etc/apt/sources.list', ...readdirSync('/etc/apt/sources.list.d').map(name => `/etc/apt/sources.list.d/${name}`)];
	const texts = files.map(file => {
		try {
			return readFileSync(file, 'utf8');
		} catch {
			return '';
		}
	});
	const {uri} = /^(?:URIs:|deb) *(?:\[[^\]]*\] *)?(?<uri>https?:\S+\/debian\/?)(?=\s|$)/mv.exec(texts.join('\n'))?.groups ?? {};
	return uri === undefined ? [] : [uri];
}

/** That of a login as root. */
const environment = {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive'};

/** Why no bare system can be made here; `false` if one can. */
export function whyNoBareSystem(): string | false {
	if (process.getuid?.() !== 0) {
		return 'takes root';
	}

	const missing = ['debootstrap', 'unshare', 'chroot', 'dpkg-deb'].filter(name => spawnSync('which', [name]).status !== 0);
	return missing.length > 0 && `${missing.join(', ')} not installed`;
}

/**
Makes a minimal Debian.

@param options Of debootstrap.
@returns Why it could not be had; else nothing.
*/
export async function bootstrap(directory: string, suite: string, options: readonly string[] = []): Promise<string | undefined> {
	const {code, stderr, stdout} = await run('debootstrap', ['--variant=minbase', ...options, suite, directory, ...mirrorArguments()], {code: 'any'});
	return code === 0 ? undefined : `debootstrap of ${suite} failed: ${(stderr + stdout).trim().split('\n').at(-1) ?? ''}`;
}

/** A minimal Debian in a directory, entered with `/proc` and `/dev` of its own, which are gone with the last process in it. */
export class BareDebian {
	readonly root: string;

	constructor(root: string) {
		this.root = root;
	}

	async run(words: readonly string[], options: RunOptions = {}): Promise<Finished> {
		const [command, ...args] = this.#entering(words);
		return run(command, args, {...options, env: {...environment, ...options.env}});
	}

	start(words: readonly string[]): Terminal {
		const [command, ...args] = this.#entering(words);
		return Terminal.start({command, args, env: environment});
	}

	path(name: string): string {
		return path.join(this.root, name);
	}

	/** All files below a directory, with what would show that one was written: one a line. */
	async list(directory: string): Promise<readonly string[]> {
		const {stdout} = await run('find', [this.path(directory), '-xdev', '-printf', String.raw`%P %m %s %T@ %l\n`]);
		return stdout.trimEnd().split('\n').toSorted();
	}

	async names(): Promise<readonly string[]> {
		const {stdout} = await run('find', [this.root, '-xdev', '-printf', String.raw`/%P\n`]);
		return stdout.trimEnd().split('\n').toSorted();
	}

	async write(name: string, content: string): Promise<void> {
		await fs.writeFile(this.path(name), content);
	}

	#entering(words: readonly string[]): readonly [string, ...string[]] {
		const script = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"';
		return ['unshare', '--mount', '--propagation', 'private', 'bash', '-c', script, this.root, ...words];
	}
}
