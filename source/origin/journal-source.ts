import {ForeseenError} from '../files/errors.ts';
import {dayLength, parseDay} from '../journal/days.ts';
import {type JournalDay, type JournalState, readJournal} from '../journal/journal-days.ts';
import {
	hasOthers,
	type JournalPlace,
	systemPlace,
	systemRoots,
} from '../journal/journal-files.ts';
import {isJournalctlThere, syncJournal} from '../journal/journalctl.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {JournalExport} from './journal-export.ts';
import {
	type DayFacts,
	decodeDayFacts,
	encodeDayFacts,
	journalName,
} from './journal-facts.ts';
import {VanishedError} from './source-file.ts';
import type {
	Stream,
	StreamEntry,
	StreamFacts,
	StreamListing,
	StreamSource,
} from './stream-source.ts';

/** Days are closed so long after their end, in microseconds: clocks are put right by less, and what comes later is found by counting. */
const margin = 3_600_000_000;

/** An export is longer than what journal files take for the same, which have equal values once; and compression leaves about so much of it. */
const exportShare = 1.3;
const exportRatio = 0.1;

const journalGroup = 'journal (systemd)';

/** The directory of /var/log that journald keeps its files in. */
const systemDirectory = 'journal';

const remedy = 'Leave the journal out with --no-journal';

function toEntry(day: JournalDay): StreamEntry {
	const size = Math.ceil(day.bytes * exportShare);
	return {
		path: Buffer.from(`${journalName}/${day.day}`),
		kind: 'stream',
		from: journalName,
		group: journalGroup,
		extension: '.export',
		size,
		allocated: size,
		modified: Math.floor(day.last / 1000),
		isReadable: true,
		ratio: exportRatio,
		records: {
			count: day.entries, first: day.first, last: day.last, isExact: day.isExact, groups: day.boots,
		},
	};
}

/** Whether a copy has all that a day has now, or more; `undefined` if it is to be read. What is of another boot than the copy has come later, or is another journal. */
function judgeCopy({records}: StreamEntry, facts: DayFacts): StreamFacts | undefined {
	const {counted, boots} = facts;

	if (!facts.isClosed || !counted || !records?.isExact || records.count > counted.entries || records.groups.some(boot => !boots.includes(boot))) {
		return undefined;
	}

	const lost = counted.entries - records.count;

	if (lost === 0) {
		const isSame = records.first === counted.first && records.last === counted.last;
		return isSame ? {facts: encodeDayFacts(facts)} : undefined;
	}

	return {facts: encodeDayFacts({...facts, lost}), notes: ['vacuumed']};
}

/**
The journal of the system, or one in a directory, a stream for each day of UTC. A day that is over does not change: where an earlier copy has as many entries of it as the journal's files, it is
taken, and where it has more, too.
*/
export class JournalSource implements StreamSource {
	readonly list = async (): Promise<StreamListing> => {
		const state = await readJournal(this.#place);
		const {days, damaged, hidden} = state;

		if (this.#directory !== undefined && days.size + damaged.length + hidden.length === 0) {
			throw new ForeseenError(`there are no journals in ${this.#directory}`, {remedy: 'Name a directory that journalctl --directory reads'});
		}

		if (days.size > 0 && !isJournalctlThere()) {
			throw new ForeseenError('journalctl is not installed', {remedy});
		}

		this.#listed = state;
		const isCovering = this.#directory === undefined && days.size > 0 && damaged.length + hidden.length === 0 && !hasOthers(this.#place, systemRoots[0]);
		return {
			entries: Array.from(days.values(), day => toEntry(day)),
			unavailable: damaged.map(({file, message}) => ({
				path: Buffer.from(`${journalName}/damaged${file}`), from: journalName, isMissing: false, message,
			})),
			...(isCovering && {covers: Buffer.from(systemDirectory)}),
			hidden: hidden.map(file => Buffer.from(journalName + file)),
		};
	};

	readonly open = async ({path}: StreamEntry): Promise<Stream> => {
		const name = path.toString().slice(journalName.length + 1);
		const isClosed = this.#isClosed(name);
		const day = (isClosed ? this.#listed?.days.get(name) : undefined) ?? await this.#find(name);

		if (!day) {
			throw new VanishedError(undefined);
		}

		return new JournalExport({
			day, isClosed, directory: this.#directory, lookAgain: async () => this.#find(name),
		});
	};

	readonly reuse = async (entry: StreamEntry, copy: CopyRecord): Promise<StreamFacts | undefined> => {
		const facts = decodeDayFacts(copy.facts);
		return facts && facts.directory === this.#directory ? judgeCopy(entry, facts) : undefined;
	};

	readonly #place: JournalPlace;
	readonly #directory: string | undefined;
	readonly #now: () => number;
	#synced: Promise<boolean> | undefined;
	/** As it was when it was last looked at. */
	#listed: JournalState | undefined;

	/**
	@param directory Absolute path, as for `journalctl --directory`; `undefined` for the journal of the system.
	@param place Where that is.
	@param now Milliseconds since the epoch.
	*/
	constructor(directory?: string, place: JournalPlace = directory === undefined ? systemPlace() : {roots: [directory]}, now = Date.now) {
		this.#directory = directory;
		this.#place = place;
		this.#now = now;
	}

	get name(): string {
		return journalName;
	}

	get group(): string {
		return journalGroup;
	}

	#isClosed(day: string): boolean {
		const start = parseDay(day);
		return start !== undefined && this.#now() * 1000 >= start + dayLength + margin;
	}

	/** The day as it is now, with what journald has received and not written down yet. */
	async #find(day: string): Promise<JournalDay | undefined> {
		if (this.#directory === undefined) {
			this.#synced ??= syncJournal();
			await this.#synced;
		}

		this.#listed = await readJournal(this.#place);
		return this.#listed.days.get(day);
	}
}
