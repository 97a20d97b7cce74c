import {displayText} from '../text/display-name.ts';
import {formatCount} from '../text/format.ts';
import type {Lost} from './finish-file.ts';
import type {RestoreEvent} from './restore-events.ts';

type Notice = Extract<RestoreEvent, {message_type: 'notice'}>;

/** Names that a manifest may have as many of as it likes. */
const shownNames = 5;

/** Counts what restored files did not get, to say it once, at the end. */
export class Losses {
	readonly #unkept = new Set<string>();
	readonly #xattrs = new Set<string>();
	#withoutMode = 0;
	#withoutXattrs = 0;
	#alone = 0;

	add({unkept, xattrs, isRestricted}: Lost): void {
		for (const name of unkept) {
			this.#unkept.add(name);
		}

		for (const name of xattrs) {
			this.#xattrs.add(name);
		}

		this.#withoutMode += unkept.length > 0 ? 1 : 0;
		this.#withoutXattrs += xattrs.length > 0 ? 1 : 0;
		this.#alone += isRestricted ? 1 : 0;
	}

	* notices(): Generator<Notice> {
		const say = (notice: Notice['notice'], message: string): Notice => ({message_type: 'notice', notice, message});

		if (this.#alone > 0) {
			const who = this.#alone === 1 ? 'its owner' : 'their owners';
			yield say('access', `${formatCount(this.#alone, 'file')} restored for ${who} alone: whom else an ACL let in could not be told, or not be set`);
		}

		if (this.#withoutXattrs > 0) {
			const names = [...this.#xattrs].toSorted();
			const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : '';
			const shown = names.slice(0, shownNames).map(name => displayText(name)).join(', ');
			yield say('attributes', `${formatCount(this.#withoutXattrs, 'file')} restored without extended attributes that could not be set here: ${shown}${more}`);
		}

		if (this.#withoutMode > 0) {
			yield say('unkept', `the file system there does not keep ${[...this.#unkept].toSorted().join(', ')} of ${formatCount(this.#withoutMode, 'file')}`);
		}
	}
}
