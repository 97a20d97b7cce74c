import {rmdir} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {atDestination, DestinationError} from '../../files/errors.ts';
import type {ExtrasStore} from '../../files/extras/extras-store.ts';
import {fileIdentity, isSameFile} from '../../files/identity.ts';
import {openOwnDirectory} from '../../files/own.ts';
import {removeTree} from '../../files/remove-tree.ts';
import {checksumOf} from '../checksums.ts';
import type {Manifest} from '../manifest/manifest.ts';
import type {Hold} from '../hold.ts';
import {workName} from '../names/names.ts';
import type {Origin} from '../names/provenance.ts';
import {stagingName} from '../names/set-names.ts';
import type {SpaceWatch} from '../space.ts';
import {Journal} from '../manifest/journal.ts';
import {adoptLeft, type Adoption} from './left-staging.ts';
import {finishMerge, progressOf} from './merge.ts';
import {recordMerge} from './merge-record.ts';
import {giveDatedName, syncDatedName, writeDescription} from './publish.ts';
import {Staging} from './staging.ts';

export type StagedRun = Adoption & {
	/** Where what is staged comes from. */
	readonly origin: Origin;
	readonly extras: ExtrasStore;
	/** `undefined`: how much stays free does not matter. */
	readonly space: SpaceWatch | undefined;
};

/**
How many times as long as its new manifest is what a merge writes before the old one goes, at most: the record with the manifest in it, its quotes
escaped; the manifest; and twice the checksums, which are a third of it.
*/
const mergeFactor = 3;

/** Where a set is to be, and what entitles to make it. */
type StagingPlace = {
	readonly destination: Directory;
	readonly hold: Hold;
};

/** Copies are made in this directory. A default ACL that it got from the destination would let those in, once a copy gets its mode, whom that names. */
async function inheritNothing(work: Directory, extras: ExtrasStore): Promise<void> {
	await using _ = work;

	if (!await extras.dropDefault(work) && extras.isAble) {
		throw new DestinationError('the default ACL of the destination cannot be taken off the staging directory, and would let others read the copies', {
			remedy: 'Remove it with setfacl --remove-default, or name another place with --dest',
		});
	}
}

/**
A set that is to be, and what becomes of it: its staging is published, added to the set that stands, removed, or left to the next run.
Everything that fails here is a `DestinationError`.
*/
export class StagedSet {
	/**
	Opens the staging directory of a date: a new one, or what an interrupted run left, of this date or (renamed) of another one.

	@returns The set, and how many left-over files of still other dates were removed.
	*/
	static async open({destination, hold}: StagingPlace, run: StagedRun): Promise<{readonly staged: StagedSet; readonly swept: number}> {
		const {date, origin, extras, space} = run;
		const name = stagingName(date);
		return atDestination(`open the staging directory ${name}`, async () => {
			await hold.check();
			const {root, swept} = await adoptLeft(destination, run);

			try {
				const work = await openOwnDirectory(root, workName, `${name}/${workName}`);
				await inheritNothing(work, extras);
				return {staged: new StagedSet({destination, hold}, {date, space}, root, await Journal.open(root, {label: name, origin})), swept};
			} catch (error) {
				await root.close();
				throw error;
			}
		});
	}

	/** Where it grows. */
	readonly staging: Staging;
	readonly #destination: Directory;
	readonly #hold: Hold;
	readonly #date: string;
	readonly #space: SpaceWatch | undefined;
	readonly #root: Directory;
	readonly #journal: Journal;
	#isPublished = false;
	#isMergePending = false;

	private constructor({destination, hold}: StagingPlace, {date, space}: Pick<StagedRun, 'date' | 'space'>, root: Directory, journal: Journal) {
		this.staging = new Staging(root, journal, stagingName(date));
		this.#destination = destination;
		this.#hold = hold;
		this.#date = date;
		this.#space = space;
		this.#root = root;
		this.#journal = journal;
	}

	/** Whether the set has its dated name or, if it had it before, names the copies. */
	get isPublished(): boolean {
		return this.#isPublished;
	}

	/** Writes checksums and manifest, syncs everything, and gives the set its dated name with one rename. */
	async publish(manifest: Omit<Manifest, 'copies'>): Promise<void> {
		await atDestination(`finish ${this.staging.label}`, async () => {
			await writeDescription(this.#root, {...manifest, copies: this.staging.copies}, this.#space);
			await this.#refuseTouched();
			await this.#journal.remove();
			await rmdir(this.#root.at(workName));

			await this.staging.sync();
			await this.#hold.check();
			await this.#refuseMoved();
			await giveDatedName(this.#destination, this.#date);
			this.#isPublished = true;
			await this.#root.close();
			await syncDatedName(this.#destination, this.#date);
			await this.#hold.checkPlace(`the set ${this.#date} stands there, complete`);
		});
	}

	/**
	Adds the copies to the set of the same date, which stands, and gives it a new manifest. The staging is gone then; once the merge is
	recorded, a failure leaves it to the next run, which brings the merge to its end.

	@param manifest The texts of the manifest that the set has, and of the one it gets.
	*/
	async merge({before, after}: {readonly before: string; readonly after: string}): Promise<void> {
		await atDestination(`add to the set ${this.#date} from ${this.staging.label}`, async () => {
			await this.staging.sync();
			// The record must not be lost with the name of the directory that it is in, once the set is touched.
			await this.#destination.sync();
			await this.#hold.check();
			await this.#refuseTouched();

			// Once it is recorded, it is to be brought to its end.
			await this.#space?.check(Buffer.byteLength(after) * mergeFactor);

			try {
				await recordMerge(this.#root, {date: this.#date, base: checksumOf(before), manifest: after});
				await finishMerge(this.#destination, this.#root);
			} catch (error) {
				const progress = await progressOf(this.#destination, this.#root).catch(() => 'decided');
				this.#isMergePending = progress !== 'none';
				this.#isPublished = progress === 'replaced';
				throw error;
			}

			this.#isPublished = true;
			// The next run removes what cannot be removed now: nothing of it is needed.
			await this.#remove().catch(() => undefined);
			await this.#closeAll();
			await this.#hold.checkPlace(`the set ${this.#date} stands there, with what was added`);
		});
	}

	/**
	Removes the staging with all that is in it, to give its space back; but not a merge that is to be brought to its end, and not what another run has
	taken over, nor a set. Closes it in any case.
	*/
	async discard(): Promise<void> {
		await atDestination(`remove ${this.staging.label}`, async () => {
			try {
				if (!this.#isPublished && !this.#isMergePending && await this.isInPlace() && await this.#journal.isUntouched()) {
					await this.#remove();
				}
			} finally {
				await this.#closeAll();
			}
		});
	}

	/** Whether the staging directory is still where the next run will look for it. */
	async isInPlace(): Promise<boolean> {
		try {
			const [there, opened] = await Promise.all([this.#destination.lstat(this.staging.label), this.#root.identity()]);
			return isSameFile(fileIdentity(there), opened);
		} catch {
			return false;
		}
	}

	/** Leaves the staging to the next run, without what is unfinished. Nothing stays if there is nothing to keep. */
	async close(): Promise<void> {
		if (this.#isPublished || this.staging.keepable === 0) {
			await this.discard();
			return;
		}

		await this.#closeAll();
	}

	/** Makes sure that nobody has taken over the staging meanwhile, so that only what this run wrote is published. */
	async #refuseTouched(): Promise<void> {
		await this.#refuseMoved();

		if (!await this.#journal.isUntouched()) {
			throw new DestinationError(`another run has written into ${this.staging.label}: nothing of it is published`, {remedy: 'Run it again when no other run is under way'});
		}
	}

	async #refuseMoved(): Promise<void> {
		if (!await this.isInPlace()) {
			throw new DestinationError(`${this.staging.label} was moved, removed or replaced while this run was filling it: there is nothing to publish`, {remedy: 'Run it again'});
		}
	}

	/** While it is still open, and so locked: nobody else can have begun to fill it. */
	async #remove(): Promise<void> {
		// FUSE and NFS keep what is removed while it is open under another name, and the directory could not go.
		await this.#journal.close();
		await removeTree(this.#root, () => false);
		await rmdir(this.#destination.at(this.staging.label));
	}

	async #closeAll(): Promise<void> {
		await this.#journal.close();
		await this.#root.close();
	}
}
