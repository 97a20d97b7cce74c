import {describeFailure, failureText} from '../exit/failure.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import {Directory} from '../files/directory.ts';
import type {Options} from '../flags/options.ts';
import {push, pushSummary} from '../remote/push-sets.ts';
import {Rclone} from '../remote/rclone.ts';
import type {RemotePath} from '../remote/remote-path.ts';
import type {Output} from '../report/output.ts';
import {createPushReport} from '../report/push-text.ts';
import {chooseRemoteReport} from '../report/remote-report.ts';

/**
`--push`: sends what is not off the host, after a run that made a set. Never rejects: the backup stands, whatever comes of this.

@param code That of the run.
@returns The same; if not all is there then, that of a run that finished with failures.
*/
export async function pushAfterRun(options: Options & {readonly pushTo: RemotePath}, code: number, {out, error, signal}: {
	readonly out: Output;
	readonly error: Output;
	readonly signal: AbortSignal;
}): Promise<number> {
	const {pushTo, destination, own: whose, json, quiet} = options;
	const report = chooseRemoteReport(out, createPushReport(out, error, quiet), {json, quiet});

	try {
		const rclone = await Rclone.open(pushTo, {signal});
		await using directory = await Directory.open(destination);
		const pushing = await push({
			rclone, destination: directory, destinationPath: destination, whose, isAll: false, report, signal,
		});
		const ending = pushing.failed > 0 ? exitCodes.someFailed : code;
		report(pushSummary(pushing, pushTo, ending));
		return ending;
	} catch (error_) {
		if (json) {
			out.write(`${JSON.stringify({message_type: 'exit_error', code: exitCodes.someFailed, ...describeFailure(error_)})}\n`);
		} else {
			error.write(`${failureText(error_)}\n`);
		}

		return exitCodes.someFailed;
	}
}
