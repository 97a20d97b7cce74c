/** Why an entry is not taken although it is there; as it stands in manifests and events. */
export const leftOutReasons = [
	'directory',
	'file_system',
	'depth',
	'loop',
	'excluded',
	'not_included',
	'default',
	'unmarked',
	'symlink',
	'fifo',
	'socket',
	'device',
	'backups',
] as const;

export type LeftOutReason = (typeof leftOutReasons)[number];
