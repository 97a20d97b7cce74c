import {gzipSync} from 'node:zlib';

/** The same sequence of numbers in 0–1 for the same seed. */
export function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = ((state * 1_664_525) + 1_013_904_223) % 4_294_967_296;
		return state / 4_294_967_296;
	};
}

const messages = [
	'CRON[PID]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)',
	'kernel: [N.NNNNNN] [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.IP DST=198.51.100.7 LEN=40 TTL=243 PROTO=TCP SPT=PID DPT=23',
	'sshd[PID]: Invalid user admin from 203.0.113.IP port PID',
	'sshd[PID]: Accepted publickey for deploy from 192.0.2.IP port PID ssh2: ED25519 SHA256:qv3k0hX1yE',
	'systemd[1]: Started session-PID.scope - Session PID of User deploy.',
	'postfix/smtpd[PID]: connect from unknown[203.0.113.IP]',
	'dhclient[PID]: DHCPREQUEST for 198.51.100.7 on eth0 to 198.51.100.1 port 67',
	'nginx: 203.0.113.IP - - "GET /index.html HTTP/1.1" 200 PID "-" "Mozilla/5.0"',
] as const;

/** Lines as syslog writes them, the same for the same seed, cut off at exactly `size` bytes. */
export function sampleLog(size: number, seed = 1): Buffer {
	const random = randomNumbers(seed);
	const integer = (limit: number) => Math.floor(random() * limit);
	const lines: string[] = [];
	let length = 0;
	let time = Date.UTC(2026, 2, 1);

	while (length < size) {
		time += integer(9000);
		const template = messages[integer(messages.length)]!;
		const [pid, address, seconds] = [String(1000 + integer(60_000)), String(integer(255)), `${integer(1_000_000)}.${String(integer(1_000_000)).padStart(6, '0')}`];
		const message = template.replaceAll('PID', () => pid).replaceAll('IP', () => address).replace('N.NNNNNN', () => seconds);
		const line = `${new Date(time).toISOString()} web1 ${message}\n`;
		lines.push(line);
		length += line.length;
	}

	return Buffer.from(lines.join('')).subarray(0, size);
}

const minute = 60;
export const hour = 60 * minute;
const day = 24 * hour;

/**
A sample `/var/log`: size in bytes and age in seconds. The ages are little more than whole minutes, hours and days, so that what a screen says of them
stays the same for as long as a test looks at it.
*/
const sampleFiles: ReadonlyArray<readonly [name: string, size: number, age: number]> = [
	['alternatives.log', 26_261, 62.1 * day],
	['auth.log', 84_512, 2.1 * minute],
	['auth.log.1', 412_004, 6.1 * day],
	['boot.log', 0, 9.1 * day],
	['daemon.log', 230_118, 3.1 * minute],
	['dpkg.log', 344_037, 2.1 * hour],
	['faillog', 0, 200.1 * day],
	['kern.log', 151_233, 11.1 * minute],
	['mail.log', 59_118, 25.1 * minute],
	['syslog', 912_288, 1.1 * minute],
	['syslog.1', 2_204_777, 1.1 * day],
	['ufw.log', 77_410, 1.1 * hour],
	// Left out by default.
	['btmp', 384 * 40, 12.1 * hour],
	['lastlog', 292 * 1000, 1.2 * day],
	['wtmp', 384 * 100, 1.6 * hour],
];

/** A log that was rotated and compressed before. */
const compressedFile = 'syslog.2.gz';
const defaultSkips = new Set(['btmp', 'lastlog', 'wtmp']);

/** The names of the sample files that are copied unless somebody says otherwise, sorted. */
export const sampleSelection: readonly string[] = [...sampleFiles.map(([name]) => name), compressedFile]
	.filter(name => !defaultSkips.has(name))
	.toSorted();

/** The name of the copy of a sample file: what is compressed already keeps its own. */
export const copyName = (name: string): string => name === compressedFile ? name : `${name}.gz`;

type SampleLog = {
	readonly name: string;
	readonly content: Buffer;
	/** Seconds. */
	readonly age: number;
};

let made: readonly SampleLog[] | undefined;

/** The sample files, made once: it takes longer than most of what is done with them. */
export function sampleLogs(): readonly SampleLog[] {
	made ??= [
		...sampleFiles.map(([name, size, age], index) => ({name, content: sampleLog(size, index + 1), age})),
		{name: compressedFile, content: gzipSync(sampleLog(1_904_112, 99)), age: 2.1 * day},
	];
	return made;
}
