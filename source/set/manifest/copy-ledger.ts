import {zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {pathKey, pathOfKey} from '../../files/path-key.ts';
import {parseJson} from './json.ts';
import {
	copyLine,
	type CopyRecord,
	CopyTotals,
	type ManifestCopies,
} from './manifest.ts';
import {decodeCopy} from './manifest-entries.ts';

/** Lines that are packed together: of fewer, less can be saved. */
const blockLines = 128;

/** Unpacked blocks that are at hand: some 5 MB. Copies made in the order of their names, as small files are, need a few. */
const blocksAtHand = 64;

const digestLength = 32;

/**
The complete copies of a set that grows, for its manifest. A record takes some 2 kB as an object, and there may be 200,000: each is kept as the very line that the
manifest will have, packed with others, and beside that only what orders them.
*/
export class CopyLedger implements ManifestCopies {
	readonly totals = new CopyTotals();
	/** Names of the copies, one character a byte. */
	readonly #files: string[] = [];
	/** Their SHA-256, one after the other. */
	#digests = Buffer.alloc(0);
	readonly #packed: Buffer[] = [];
	/** The lines that are not packed yet. */
	#last: string[] = [];
	/** The block that was used last is the last one. */
	readonly #unpacked = new Map<number, readonly string[]>();

	/** @param line As `copyLine` has it, if that is known already. */
	add(record: CopyRecord, line = copyLine(record)): void {
		this.totals.add(record);
		const offset = digestLength * this.#files.length;

		if (offset === this.#digests.length) {
			this.#digests = Buffer.concat([this.#digests, Buffer.alloc(Math.max(this.#digests.length, digestLength * blockLines))]);
		}

		this.#digests.write(record.sha256, offset, 'hex');
		this.#files.push(pathKey(record.file));
		this.#last.push(line);

		if (this.#last.length === blockLines) {
			this.#packed.push(zstdCompressSync(this.#last.join('\n')));
			this.#last = [];
		}
	}

	/** The lines of a manifest, by the names of the copies. */
	* lines(): Generator<string> {
		for (const index of this.#sorted()) {
			yield this.#line(index);
		}
	}

	/** The checksums of the copies, by their names. */
	* checksums(): Generator<Pick<CopyRecord, 'file' | 'sha256'>> {
		for (const index of this.#sorted()) {
			yield {file: pathOfKey(this.#files[index]!), sha256: this.#digests.toString('hex', digestLength * index, digestLength * (index + 1))};
		}
	}

	/** The records, in the order that they came in. */
	* records(): Generator<CopyRecord> {
		for (const index of this.#files.keys()) {
			// What this program has written it can read.
			yield decodeCopy(parseJson(this.#line(index)))!;
		}
	}

	#sorted(): Uint32Array {
		const files = this.#files;
		return Uint32Array.from(files.keys()).toSorted((one, other) => files[one]! < files[other]! ? -1 : 1);
	}

	#line(index: number): string {
		const block = Math.floor(index / blockLines);
		return (block === this.#packed.length ? this.#last : this.#unpack(block))[index % blockLines]!;
	}

	#unpack(block: number): readonly string[] {
		const lines = this.#unpacked.get(block) ?? zstdDecompressSync(this.#packed[block]!).toString().split('\n');
		this.#unpacked.delete(block);
		this.#unpacked.set(block, lines);

		if (this.#unpacked.size > blocksAtHand) {
			this.#unpacked.delete(this.#unpacked.keys().next().value!);
		}

		return lines;
	}
}
