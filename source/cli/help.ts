import {commandSummaries} from './commands.ts';

const text = `
	Back up the files of /var/log through gzip into /var/log/backups/YYYY-MM-DD: review, confirm, watch.

	Usage
	  $ sudo logbackup-tui            review what is there, deselect, confirm, watch
	  $ sudo logbackup-tui --yes      the same without questions, for scripts and timers
	  $ sudo logbackup-tui COMMAND    after the backup; logbackup-tui COMMAND --help says more

	Commands
	  ${Object.entries(commandSummaries).map(([name, summary]) => `${name.padEnd(20)} ${summary}`).join('\n\t  ')}

	Which files
	  --source DIR         back up the files directly in DIR (/var/log)
	  --include GLOB       only files that match; also takes btmp, wtmp and lastlog back in (repeatable)
	  --exclude GLOB       not the files that match, nor those in directories that do (repeatable);
	                       dir/ means directories only, /name the top of the source only
	  -r, --recursive      also those in sub-directories; the set mirrors them
	  --cross-file-systems also sub-directories on other file systems
	  --follow-symlinks    also symbolic links that lead to regular files
	  --files-from FILE    exactly these: NUL-separated paths relative to the source (- reads standard input)
	  --files-count N      with --files-from: refuse a list that does not have N paths
	  --files-listed MS    with --files-from: the list tells which files were meant then
	  --left-out JSON      with --files-from: what the list leaves out, for the summary and the manifest
	  --ignore-missing     with --files-from or --retry: a path that is not there is a note, not a failure

	Where and how
	  --dest DIR           the directory that holds the sets (backups, in the source)
	  --host NAME          the name of this host in sets (its host name), for one that was renamed
	  --date YYYY-MM-DD    the date that names the set (today, by the local clock)
	  --level 1-9          gzip level (6)
	  --no-verify          do not read each copy back to compare it with what was read
	  --reserve SIZE       how much must stay free there: 500M, 2G, 5% (5%, at most 1 GB)
	  --no-space-check     do not look at the free space, before or during the run
	  --lock-wait SECONDS  wait for another run to end (0)
	  --full               copy also what has not changed since the newest set (else linked from there)
	  --engine NAME        zlib or libdeflate (libdeflate, about twice as fast, where it is installed)
	  --jobs N             cores to compress on (all)

	Afterwards, if all went well: remove old sets that no rule keeps, as logbackup-tui prune does
	  --keep-last N        keep the newest N sets (a number, or unlimited)
	  --keep-daily N       keep the newest of each of the last N days that have one; the same:
	  --keep-weekly N, --keep-monthly N, --keep-yearly N
	  --keep-within TIME   keep all that are less than TIME older than the newest: 30d, 2m, 1y6m

	Without questions
	  -y, --yes            start at once
	  --retry              if the day's set is there: try again what failed in it, and add that
	  -n, --dry-run        show what would be copied, and what not and why; write nothing
	  -q, --quiet          print failures only
	  --verbose            say more: why libdeflate is not used
	  --json               print events as JSON Lines
	  --unattended         go on when nobody reads the output any more

	Others
	  --plain              ask in lines and numbers, without screens: for screen readers, scripts
	  --ascii              draw with ASCII only, as is done where the locale is not UTF-8
	  --slow               redraw less often, for slow connections
	  --screen-reader      say the screens in words, one row at a time (INK_SCREEN_READER=true does too)
	  --no-color           no colours (NO_COLOR is heeded too, but sudo drops it)
	  -h, --help           print this
	  --version            print the version

	Examples
	  $ sudo logbackup-tui --exclude '*.gz' --exclude 'journal*'
	  $ sudo logbackup-tui --yes --quiet --dest /mnt/backup
	  $ sudo logbackup-tui --yes --retry
	  $ sudo logbackup-tui --dry-run
	  $ logbackup-tui --source ~/logs --dest ~/log-backups

	Exit codes
	  0 all done                        4 today's backup already exists
	  1 could not run, nothing kept     11 another run is under way
	  2 wrong usage                     14 not enough space
	  3 finished, some files failed     128+N ended by signal N
	  5 verify, cat: damaged            6 status: too old, partial or damaged
`;

/** What `--help` prints. */
export const helpText = `${text.replaceAll(/^\t/gmv, '  ')}\n`;
