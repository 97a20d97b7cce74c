/*
A line with delay, for `ssh -o ProxyCommand`: `node delay.ts HOST PORT MILLISECONDS` passes bytes on both ways, each so much later.
*/
import {once} from 'node:events';
import net from 'node:net';
import type {Readable, Writable} from 'node:stream';
import {setTimeout} from 'node:timers/promises';

const [host, port, milliseconds] = process.argv.slice(2);

async function pass(from: Readable, to: Writable): Promise<void> {
	const later = async (chunk: Uint8Array) => {
		await setTimeout(Number(milliseconds));
		to.write(chunk);
	};

	from.on('data', (chunk: Uint8Array) => {
		// Timers of the same length go off in the order in which they were set.
		void later(chunk);
	});
	await once(from, 'close');
}

const socket = net.connect(Number(port), host);
socket.setNoDelay(true);
await once(socket, 'connect');
await Promise.race([pass(process.stdin, socket), pass(socket, process.stdout)]);
socket.destroy();
process.stdin.destroy();
