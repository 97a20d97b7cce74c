import {isExtendedAcl, isTrivialNfsAcl} from './acl.ts';

/** Attributes of a file beside mode, owner and times. */
export type Extras = {
	/** Extended attributes by name, an ACL among them, values in Base64; missing if there are none. */
	readonly xattrs?: Readonly<Record<string, string>>;
	/** Its mode may tell of more than whom it lets in: the group's permission of a file with an ACL is only a limit. A copy is for its owner alone then. */
	readonly isRestricted?: true;
	/** Some of its attributes are too much to be kept. */
	readonly isIncomplete?: true;
};

export const accessAcl = 'system.posix_acl_access';
export const defaultAcl = 'system.posix_acl_default';
const nfsAcl = 'system.nfs4_acl';

/*
Beyond what ext4 can hold, in bytes of all values of a file. Any owner of a log may give it attributes; the manifest must not become as long as they
like.
*/
const maximumBytes = 8192;

/** The same of all files of a run. */
const maximumTotal = 16 * 1024 * 1024;

/** Bound to the inode they are on (`security.evm`), or orders to the file system that holds it (`trusted.overlay.`): never right on another file. */
const isBound = (name: string) => name === 'security.evm' || name.startsWith('trusted.overlay.');

/** Kept first where not all can be. */
const rank = (name: string) => name.startsWith('system.') ? 0 : (name.startsWith('user.') ? 2 : 1);

/** Those of other kinds, of CIFS or ZFS for one, are not understood, and so may deny what the mode allows. */
const isAcl = (name: string) => name.startsWith('system.') && name.includes('acl');

/** Whether the name of an attribute, which is bytes, is text. */
export const isText = (name: string): boolean => !name.includes('\u{FFFD}');

/** Of a file whose attributes cannot be read: nothing beyond the mode may be granted for its copy. */
export const unknownExtras: Extras = {isRestricted: true};

/** Those that the record of a copy holds. */
export const recorded = ({xattrs, isRestricted}: Extras): Pick<Extras, 'xattrs' | 'isRestricted'> => ({...(xattrs && {xattrs}), ...(isRestricted && {isRestricted})});

/** Decides what of a file's attributes is kept, within bounds for each file and for a run. */
export class ExtrasBudget {
	#left = maximumTotal;

	/** @param attributes Names and values; `undefined`: this value could not be read. */
	keep(attributes: ReadonlyArray<readonly [name: string, value: Buffer | undefined]>): Extras {
		let bytes = 0;
		let isRestricted = false;
		let isIncomplete = false;
		const kept: Array<readonly [string, string]> = [];

		for (const [name, value] of attributes.toSorted(([one], [other]) => rank(one) - rank(other))) {
			if (isBound(name) || (name === nfsAcl && value && isTrivialNfsAcl(value))) {
				continue;
			}

			isRestricted ||= isAcl(name) && (name !== accessAcl || !value || isExtendedAcl(value));
			const size = name.length + (value?.length ?? 0);

			if (value && isText(name) && bytes + size <= maximumBytes && size <= this.#left) {
				bytes += size;
				this.#left -= size;
				kept.push([name, value.toString('base64')]);
			} else {
				isIncomplete = true;
			}
		}

		return {
			...(kept.length > 0 && {xattrs: Object.fromEntries(kept)}),
			...(isRestricted && {isRestricted}),
			...(isIncomplete && {isIncomplete}),
		};
	}
}
