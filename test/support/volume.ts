import fs from 'node:fs/promises';
import path from 'node:path';
import {run} from './run.ts';
import type {Sandbox} from './sandbox.ts';

const mounted = new Set<string>();

/** Nothing stays mounted, however a test ends; lazily, as there may still be a run on it. */
async function unmount(place: string): Promise<void> {
	const {code} = await run('umount', [place], {code: 'any'});

	if (code !== 0) {
		await run('umount', ['--lazy', place], {code: 'any'});
	}

	mounted.delete(place);
}

for (const event of ['exit', 'SIGTERM', 'SIGINT'] as const) {
	process.once(event, () => {
		for (const place of mounted) {
			process.getBuiltinModule('node:child_process').spawnSync('umount', ['--lazy', place]);
		}

		if (event !== 'exit') {
			process.kill(process.pid, event);
		}
	});
}

export type VolumeKind = 'tmpfs' | 'ext4';

/** A small file system, mounted in a sandbox. */
export class Volume {
	/**
	@param size In MiB.
	@param flags More of mkfs.
	*/
	static async create(sandbox: Sandbox, kind: VolumeKind, size: number, flags: readonly string[] = []): Promise<Volume> {
		const place = path.join(sandbox.root, `volume-${kind}`);
		const image = `${place}.image`;
		await fs.mkdir(place, {mode: 0o700});

		if (kind === 'ext4') {
			await fs.writeFile(image, '');
			await fs.truncate(image, size * 1024 * 1024);
			await this.#mustDo('mkfs.ext4', ['-q', '-m', '0', ...flags, image]);
		}

		const volume = new Volume(place, kind === 'tmpfs' ? ['-t', 'tmpfs', '-o', `size=${size}m,mode=0700`, 'tmpfs'] : ['-o', 'loop', image]);
		await volume.mount();
		return volume;
	}

	static async #mustDo(command: string, args: readonly string[]): Promise<void> {
		const {code, stderr} = await run(command, args, {env: {PATH: `${process.env.PATH}:/usr/sbin:/sbin`}});

		if (code !== 0) {
			throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
		}
	}

	readonly place: string;
	readonly #what: readonly string[];

	private constructor(place: string, what: readonly string[]) {
		this.place = place;
		this.#what = what;
	}

	/** A destination on it, to be made by the run: comes after a sandbox's own, and wins. */
	get destination(): string {
		return path.join(this.place, 'backups');
	}

	async mount(): Promise<void> {
		await Volume.#mustDo('mount', [...this.#what, this.place]);
		mounted.add(this.place);
	}

	async unmount(): Promise<void> {
		await Volume.#mustDo('umount', [this.place]);
		mounted.delete(this.place);
	}

	async remount(options: string): Promise<void> {
		await Volume.#mustDo('mount', ['-o', `remount,${options}`, this.place]);
	}

	/** Free for an ordinary user, in bytes. */
	async free(): Promise<number> {
		const {bavail, bsize} = await fs.statfs(this.place);
		return bavail * bsize;
	}

	/** Another process uses up space, until so many bytes are free. */
	async fill(free: number): Promise<void> {
		await Volume.#mustDo('fallocate', ['-l', String(await this.free() - free), path.join(this.place, 'somebody-elses')]);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (mounted.has(this.place)) {
			await unmount(this.place);
		}
	}
}
