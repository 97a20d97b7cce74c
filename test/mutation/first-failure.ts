import {Transform} from 'node:stream';
import type {TestEvent} from 'node:test/reporters';

/** A reporter that ends the process, as an error does, at the first test that fails. */
const firstFailure = new Transform({
	writableObjectMode: true,
	transform({type, data}: TestEvent, _encoding, callback) {
		callback(type === 'test:fail' ? new Error(`${data.file ?? ''}: ${data.name}`) : null);
	},
});

export default firstFailure;
