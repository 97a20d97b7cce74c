const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A size for a person: decimal units, three significant digits (`0 B`, `999 B`, `1.21 GB`). `bytes` is a count of bytes. */
export function formatBytes(bytes: number): string {
	let value = bytes;
	let unit = 0;

	// 999.5 would be rounded to "1000" of its unit.
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	const digits = unit === 0 || value >= 99.95 ? 0 : (value >= 9.995 ? 1 : 2);
	return `${value.toFixed(digits)} ${units[unit]}`;
}

/** A duration for a person: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 4 h`. `milliseconds` may be fractional. */
export function formatDuration(milliseconds: number): string {
	const seconds = Math.max(0, milliseconds) / 1000;

	if (seconds < 9.95) {
		return `${seconds.toFixed(1)} s`;
	}

	const whole = Math.round(seconds);

	if (whole < 60) {
		return `${whole} s`;
	}

	const pad = (value: number) => String(value).padStart(2, '0');

	if (whole < 3600) {
		return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
	}

	const minutes = Math.round(whole / 60);

	if (minutes < 24 * 60) {
		return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
	}

	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long ago, in at most four columns: `now`, `45s`, `12m`, `3h`, `12d`, `3y`. Times in milliseconds; the future is `now`. */
export function formatAge(modified: number, now: number): string {
	const seconds = Math.floor((now - modified) / 1000);

	if (seconds < 1) {
		return 'now';
	}

	const steps: ReadonlyArray<readonly [limit: number, size: number, unit: string]> = [
		[60, 1, 's'],
		[3600, 60, 'm'],
		[86_400, 3600, 'h'],
		[1000 * 86_400, 86_400, 'd'],
	];
	const step = steps.find(([limit]) => seconds < limit);
	return step ? `${Math.floor(seconds / step[1])}${step[2]}` : `${Math.floor(seconds / (365.25 * 86_400))}y`;
}

/** Permission bits as ls(1) writes them, without the first letter: `rw-r-----`. */
export function formatMode(mode: number): string {
	const letters = ['x', 'w', 'r'] as const;
	const special = [{bit: 0o1000, at: 0, letter: 't'}, {bit: 0o2000, at: 3, letter: 's'}, {bit: 0o4000, at: 6, letter: 's'}] as const;

	return Array.from({length: 9}, (_, index) => {
		const position = 8 - index;
		const isSet = (mode & (1 << position)) !== 0;
		const extra = special.find(({bit, at}) => at === position && (mode & bit) !== 0);
		return extra ? (isSet ? extra.letter : extra.letter.toUpperCase()) : (isSet ? letters[position % 3] : '-');
	}).join('');
}

/** `1 file`, `2 files`, `50,000 files`. */
export const formatCount = (count: number, noun: string, plural = `${noun}s`): string =>
	`${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;

/** A date of the local calendar as `YYYY-MM-DD`. (`toISOString` would give the UTC date: tomorrow's, late in the American evening.) */
export function localDate(time: Date): string {
	const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
	return `${pad(time.getFullYear(), 4)}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

/** A moment of the local clock to the minute, `YYYY-MM-DD HH:MM`. */
export const localTime = (time: Date): string =>
	`${localDate(time)} ${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
