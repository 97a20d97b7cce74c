import type {Directory} from '../directory.ts';
import {LibcError} from '../libc.ts';
import {aclTools} from './acl-tools.ts';
import {
	accessAcl,
	defaultAcl,
	type Extras,
	ExtrasBudget,
	isText,
	unknownExtras,
} from './extras.ts';
import {type Subject, type XattrCalls, xattrCalls} from './xattr-calls.ts';

/** An open file or directory. */
type Opened = {readonly fd: number};

/** An attribute that could not be set, and why. */
export type NotGiven = {readonly name: string; readonly reason: string};

/** Reads and writes what files have beside mode, owner and times. */
export type ExtrasStore = {
	/** Whether there is any means to. Without one, files are for their owners alone. */
	readonly isAble: boolean;
	/** Never rejects: what cannot be told is restricted. */
	readonly read: (file: Opened) => Promise<Extras>;
	/**
	The same of many files of a directory, by their paths; others may change them meanwhile.

	@returns `undefined` for a file that has to be opened for that.
	*/
	readonly readPaths: (root: Directory, files: ReadonlyArray<{readonly path: Buffer; readonly isLink: boolean}>) => Promise<ReadonlyArray<Extras | undefined>>;
	/**
	Takes from a new file what it inherited from its directory: a mode that is set later would let those in, too, whom a default ACL names.

	@returns Whether it is sure that there is nothing left.
	*/
	readonly dropInherited: (file: Opened) => Promise<boolean>;
	/** The same for a directory, so that new files in it inherit nothing. */
	readonly dropDefault: (directory: Opened) => Promise<boolean>;
	/** Gives a file attributes; its mode is to be set after that. Resolves with those that it did not get. */
	readonly give: (file: Opened, xattrs: NonNullable<Extras['xattrs']>) => Promise<readonly NotGiven[]>;
};

/** Bytes of the longest path that a call takes, with the NUL at its end. */
const pathMax = 4096;

const capability = 'security.capability';

class NativeStore implements ExtrasStore {
	readonly #calls: XattrCalls;
	readonly #budget = new ExtrasBudget();

	constructor(calls: XattrCalls) {
		this.#calls = calls;
	}

	get isAble(): boolean {
		return true;
	}

	async read(file: Opened): Promise<Extras> {
		return this.#look(file) ?? unknownExtras;
	}

	async readPaths(root: Directory, files: ReadonlyArray<{readonly path: Buffer; readonly isLink: boolean}>): Promise<ReadonlyArray<Extras | undefined>> {
		// One buffer for all paths: this is done for each of very many small files.
		const {self} = root;
		const location = Buffer.alloc(pathMax);
		self.copy(location);
		return files.map(({path, isLink}) => {
			const end = self.length + path.length;

			if (end >= pathMax) {
				return undefined;
			}

			path.copy(location, self.length);
			location[end] = 0;
			return this.#look({path: location, follows: isLink});
		});
	}

	async dropInherited(file: Opened): Promise<boolean> {
		return this.#drop(file, accessAcl);
	}

	async dropDefault(directory: Opened): Promise<boolean> {
		return this.#drop(directory, defaultAcl);
	}

	async give({fd}: Opened, xattrs: NonNullable<Extras['xattrs']>): Promise<readonly NotGiven[]> {
		const failed: NotGiven[] = [];
		// The kernel takes a capability away at the next change; an ACL comes before, as it may forbid to set more.
		const turns = Object.entries(xattrs).toSorted(([one], [other]) => Number(one === capability) - Number(other === capability));

		for (const [name, value] of turns) {
			try {
				this.#calls.set(fd, name, Buffer.from(value, 'base64'));
			} catch (error) {
				failed.push({name, reason: error instanceof LibcError ? error.code ?? error.message : String(error)});
			}
		}

		return failed;
	}

	#look(subject: Subject): Extras | undefined {
		try {
			const names = this.#calls.list(subject);
			return names.length === 0 ? {} : this.#budget.keep(names.map(name => [name, isText(name) ? this.#calls.get(subject, name) : undefined]));
		} catch {
			return undefined;
		}
	}

	#drop({fd}: Opened, name: string): boolean {
		try {
			if (this.#calls.list({fd}).includes(name)) {
				this.#calls.remove(fd, name);
			}

			return true;
		} catch {
			return false;
		}
	}
}

const isAscii = (path: string) => Buffer.byteLength(path) === path.length;

/** The programs of the package acl: they know of ACLs, and of no other attribute. */
class ToolStore implements ExtrasStore {
	readonly #budget = new ExtrasBudget();

	get isAble(): boolean {
		return true;
	}

	async read(file: Opened): Promise<Extras> {
		const [extras] = await this.#look(file.fd, ['']);
		return extras ?? unknownExtras;
	}

	async readPaths(root: Directory, files: ReadonlyArray<{readonly path: Buffer; readonly isLink: boolean}>): Promise<ReadonlyArray<Extras | undefined>> {
		return this.#look(root.fd, files.map(({path}) => `/${path.toString('latin1')}`));
	}

	async dropInherited({fd}: Opened): Promise<boolean> {
		return aclTools.drop(fd, 'access');
	}

	async dropDefault({fd}: Opened): Promise<boolean> {
		return aclTools.drop(fd, 'default');
	}

	async give({fd}: Opened, xattrs: NonNullable<Extras['xattrs']>): Promise<readonly NotGiven[]> {
		const acl = xattrs[accessAcl];
		const isGiven = acl === undefined || await aclTools.set(fd, Buffer.from(acl, 'base64'));
		return Object.keys(xattrs).filter(name => name !== accessAcl || !isGiven)
			.map(name => ({name, reason: name === accessAcl ? 'setfacl failed' : 'koffi is not installed'}));
	}

	async #look(fd: number, paths: readonly string[]): Promise<ReadonlyArray<Extras | undefined>> {
		const acls = await aclTools.read(fd, paths.filter(path => isAscii(path)));
		return paths.map(path => {
			const acl = acls?.get(path);
			return acls && isAscii(path) ? (acl ? this.#budget.keep([[accessAcl, acl]]) : {}) : undefined;
		});
	}
}

/** Knows nothing. */
const unableStore: ExtrasStore = {
	isAble: false,
	read: async () => unknownExtras,
	readPaths: async (_root, files) => files.map(() => unknownExtras),
	dropInherited: async () => false,
	dropDefault: async () => false,
	give: async (_file, xattrs) => Object.keys(xattrs).map(name => ({name, reason: 'neither koffi nor setfacl is installed'})),
};

/** The best means there is. */
export async function openExtrasStore(): Promise<ExtrasStore> {
	const calls = xattrCalls();
	return calls ? new NativeStore(calls) : (await aclTools.isThere() ? new ToolStore() : unableStore);
}
