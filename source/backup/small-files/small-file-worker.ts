/*
The entry point of a thread that copies small files (`SmallFileThread` starts it). A bundle of its own: see the build script.
*/
import {parentPort, workerData} from 'node:worker_threads';
import {pathOfKey} from '../../files/path-key.ts';
import {descriptorPath} from '../../files/directory.ts';
import {DestinationError, toDestinationError, toReason} from '../../files/errors.ts';
import {giveNameSync} from '../../files/give-name.ts';
import {isRefusal} from '../../set/staging/copy-names.ts';
import {displayName} from '../../text/display-name.ts';
import {SmallFileCopier} from './small-file-copy.ts';
import {
	type SmallFileResult,
	type ThreadData,
	type ThreadReply,
	type ThreadRequest,
	threadState,
} from './small-file-messages.ts';

/** Time for which results are gathered, in milliseconds: on a slow disk, the screen still moves. */
const replyInterval = 100;

const port = parentPort!;
const data = workerData as ThreadData;
const state = new Int32Array(data.state);
const copier = new SmallFileCopier(data);
const staging = descriptorPath(data.staging);

const reply = (message: ThreadReply) => {
	port.postMessage(message);
};

function copyAll({files}: Extract<ThreadRequest, {kind: 'copy'}>): void {
	let results: SmallFileResult[] = [];
	let repliedAt = performance.now();

	try {
		for (const file of files) {
			if (Atomics.load(state, threadState.stop) !== 0) {
				break;
			}

			Atomics.store(state, threadState.current, file.number);
			results.push(copier.copy(file));

			if (performance.now() - repliedAt < replyInterval) {
				continue;
			}

			reply({kind: 'results', results});
			results = [];
			repliedAt = performance.now();
		}
	} finally {
		// Complete copies count, whatever comes after them.
		Atomics.store(state, threadState.current, 0);
		reply({kind: 'results', results});
	}
}

/** Gives drafts their final names. Returns which of them have none, as something about the name is in the way. */
function nameAll({names}: Extract<ThreadRequest, {kind: 'name'}>): number[] {
	const refused: number[] = [];

	for (const [index, [draft, file]] of names.entries()) {
		const to = pathOfKey(file);

		try {
			giveNameSync(Buffer.concat([staging, pathOfKey(draft)]), Buffer.concat([staging, to]));
		} catch (error) {
			if (!isRefusal(error)) {
				throw toDestinationError(error, `finish ${displayName(to)} in ${data.stagingLabel}`);
			}

			refused.push(index);
		}
	}

	return refused;
}

function deal(request: ThreadRequest): void {
	if (request.kind === 'name') {
		reply({kind: 'end', refused: nameAll(request)});
		return;
	}

	copyAll(request);
	reply({kind: 'end'});
}

port.on('message', (request: ThreadRequest) => {
	try {
		deal(request);
	} catch (error) {
		if (!(error instanceof DestinationError)) {
			throw error;
		}

		reply({kind: 'end', failure: toReason(error)});
	}
});

reply({kind: 'ready'});
