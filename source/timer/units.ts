/*
The units of systemd that run the backup every night and look at all sets every week. Packages bring them along; elsewhere `timer on` writes them.
*/

/** When the nightly run starts if nobody says otherwise. */
export const usualTime = '02:30';

const verifyTime = 'Sun *-*-* 05:00';

/** What fails is tried again soon, and where nothing is to be sent, that is seen by a few calls. */
const pushTime = 'hourly';

export const timers = {backup: 'logbackup-tui.timer', verify: 'logbackup-tui-verify.timer', push: 'logbackup-tui-push.timer'} as const;

export const services = {backup: 'logbackup-tui.service', verify: 'logbackup-tui-verify.service', push: 'logbackup-tui-push.service'} as const;

/** Seconds that a run waits for another one to end: somebody may be at it just then. */
const patience = 600;

/** Arguments of what is run. */
export const calls = {backup: `--yes --lock-wait ${patience}`, verify: 'verify --all --quiet', push: 'push'} as const;

type Privileges = {readonly capabilities: string; readonly network: string};

/*
Privileges of all services. To read logs of any owner takes CAP_DAC_READ_SEARCH, to give copies their owners and modes the other two. V8 makes code in memory that it can write to, so that
there is no MemoryDenyWriteExecute; other processes of root must be seen, to tell who holds the lock, so that there is no ProtectProc.
*/
const confinement = ({capabilities, network}: Privileges) => `CapabilityBoundingSet=${capabilities}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectHostname=yes
ProtectClock=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
${network}
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077`;

const local: Privileges = {
	capabilities: 'CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER',
	network: 'PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX',
};

/** Only a push speaks to others, and it gives nothing away; what makes backups has no network. */
const networked: Privileges = {capabilities: 'CAP_DAC_READ_SEARCH', network: 'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK'};

/** Those who wait for the server come first. */
const politeness = `Nice=10
CPUWeight=10
IOSchedulingClass=idle
IOWeight=10`;

type ServiceOptions = {
	/** Further lines. */
	readonly unit?: string;
	readonly service?: string;
	readonly privileges?: Privileges;
};

const service = (description: string, call: string, {unit = '', service: more = '', privileges = local}: ServiceOptions = {}) => `[Unit]
Description=${description}
Documentation=man:logbackup-tui(8)
${unit}
[Service]
Type=oneshot
ExecStart=${call}
${more}${politeness}
${confinement(privileges)}
`;

const timer = (description: string, calendar: string, delay: string) => `[Unit]
Description=${description}
Documentation=man:logbackup-tui(8)

[Timer]
OnCalendar=${calendar}
RandomizedDelaySec=${delay}
Persistent=true

[Install]
WantedBy=timers.target
`;

/** Every day at a time: `02:30`. */
export const daily = (time: string): string => `*-*-* ${time}`;

/** Where sets may be without anything being said of it. */
const usualPlaces = ['/var/log', '-/var/backups', '-/srv', '-/mnt', '-/media', '-/backup'];

/** A path in a line of a unit. */
export const quoteForUnit = (path: string): string => /^[\w\-.\/]+$/v.test(path) ? path : `"${path.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('%', '%%')}"`;

/** A command with its arguments: in these, unlike in its own name, a dollar sign would begin a variable. */
const execLine = ([program = '', ...words]: readonly string[]) => [quoteForUnit(program), ...words.map(word => quoteForUnit(word).replaceAll('$', '$$$$'))].join(' ');

/**
The units, by the names of their files.

@param program The command that they run, as words: `/usr/bin/logbackup-tui`.
*/
export const unitFiles = (program: readonly string[]): Readonly<Record<string, string>> => ({
	[services.backup]: service('Back up /var/log', `${execLine(program)} ${calls.backup}`, {
		service: `# Somebody was faster today: no failure.
SuccessExitStatus=4
# Others by a drop-in, which "logbackup-tui timer on" writes for what the configuration says.
ReadWritePaths=${usualPlaces.join(' ')}
`,
	}),
	[timers.backup]: timer('Back up /var/log every night', daily(usualTime), '10m'),
	[services.verify]: service('Verify the backups of /var/log', `${execLine(program)} ${calls.verify}`),
	[timers.verify]: timer('Verify the backups of /var/log every week', verifyTime, '1h'),
	[services.push]: service('Send the backups of /var/log off the host', `${execLine(program)} ${calls.push}`, {
		unit: `Wants=network-online.target
After=network-online.target ${services.backup}
`,
		service: `# Where rclone has its remotes, with their secrets. What it would write there (tokens that are renewed) is lost.
Environment=RCLONE_CONFIG=/root/.config/rclone/rclone.conf
ReadWritePaths=${usualPlaces.join(' ')}
`,
		privileges: networked,
	}),
	[timers.push]: timer('Send the backups of /var/log off the host every hour', pushTime, '10m'),
});
