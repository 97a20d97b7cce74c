/** A processor that packages are made for. */
export type Target = {
	/** What Debian calls it. */
	readonly debian: 'amd64' | 'arm64';
	/** What RPM calls it. */
	readonly rpm: 'x86_64' | 'aarch64';
	/** What Node and npm call it. */
	readonly node: 'x64' | 'arm64';
	/** What its programs of GNU's binutils begin with. */
	readonly triplet: 'x86_64-linux-gnu' | 'aarch64-linux-gnu';
	/** What runs its programs on another processor. */
	readonly emulator: string;
};

export const targets: readonly Target[] = [
	{
		debian: 'amd64', rpm: 'x86_64', node: 'x64', triplet: 'x86_64-linux-gnu', emulator: 'qemu-x86_64-static',
	},
	{
		debian: 'arm64', rpm: 'aarch64', node: 'arm64', triplet: 'aarch64-linux-gnu', emulator: 'qemu-aarch64-static',
	},
];
