import type {Completion} from '../../flags/flag.ts';
import {
	type CompletedCommand,
	type CompletedFlag,
	type Grammar,
	placeFlags,
} from './completed-commands.ts';

const quote = (text: string) => `'${text.replaceAll(/['\\]/gv, String.raw`\$&`)}'`;

/** The words that fish offers. */
function offers(completion: Completion): string {
	if (typeof completion !== 'string') {
		return completion.join(' ');
	}

	return {
		directory: '(__fish_complete_directories (commandline -ct))', file: '(__fish_complete_path (commandline -ct))', set: '(__logbackup_tui_ask dates)', copy: '(__logbackup_tui_copies)',
	}[completion];
}

const line = (condition: string, rest: string) => `complete -c logbackup-tui -n ${quote(condition)} ${rest}`;

function flagLine(command: string, {long, short, help, value}: CompletedFlag): string {
	const letter = short === undefined ? '' : `-s ${short.slice(1)} `;
	const argument = value ? `-x ${value.completes === undefined ? '' : `-a ${quote(offers(value.completes))} `}` : '';
	return line(`__logbackup_tui_is ${command === '' ? 'backup' : command}`, `${letter}-l ${long.slice(2)} ${argument}-d ${quote(help)}`);
}

function wordLines({name, words, isLastRepeated}: CompletedCommand): readonly string[] {
	return words.map((word, index) => {
		const isRepeated = index === words.length - 1 && isLastRepeated;
		return line(`__logbackup_tui_is ${name} ${index}${isRepeated ? ' or more' : ''}`, `-k -a ${quote(offers(word))}`);
	});
}

const reading = ({valueFlags}: Grammar) => String.raw`# fish completion for logbackup-tui, made by "logbackup-tui completion fish"

# Prints "command WORD" for the command, then "word WORD" for each after it, and "place FLAG" for flags that say where the sets are.
function __logbackup_tui_read
	set -l expects
	set -l ended
	set -l words (commandline -opc)

	for index in (seq 2 (count $words))
		set -l word $words[$index]

		if test -n "$expects"
			contains -- $expects ${placeFlags.join(' ')}; and printf 'place %s\n' "$expects=$word"
			set expects
		else if test -z "$ended" -a "x$word" = x--
			set ended yes
		else if test -z "$ended"; and string match -q -- '-*' "$word"
			string match -q -r -- '^(${placeFlags.join('|')})=' "$word"; and printf 'place %s\n' "$word"
			contains -- "$word" ${valueFlags.join(' ')}; and set expects $word
		else if test $index = 2
			printf 'command %s\n' "$word"
		else
			printf 'word %s\n' "$word"
		end
	end
end`;

const asking = `# Whether the line is for a command, "backup" for the bare one, and has so many words after it.
function __logbackup_tui_is
	set -l read (__logbackup_tui_read)
	set -l name (string replace -f -r '^command ' '' -- $read)
	set -l given (count (string match -r '^word ' -- $read))
	test -n "$name"; or set name backup
	test "$name" = "$argv[1]"; or return 1
	set -q argv[2]; or return 0
	test $given -eq $argv[2]; or begin
		set -q argv[3]; and test $given -ge $argv[2]
	end
end

# Asks the program itself, about the sets that the line is about.
function __logbackup_tui_ask
	command logbackup-tui completion $argv[1] (string replace -f -r '^place ' '' -- (__logbackup_tui_read)) -- $argv[2..-1] 2>/dev/null
end

function __logbackup_tui_copies
	set -l given (string replace -f -r '^word ' '' -- (__logbackup_tui_read))
	__logbackup_tui_ask files "$given[1]" (string unescape -- (commandline -ct); or commandline -ct)
end

complete -c logbackup-tui -f`;

/** Completion for fish 3 and newer. */
export function fishScript(grammar: Grammar): string {
	const {completed} = grammar;
	const named = completed.filter(({name}) => name !== '');
	return `${reading(grammar)}

${asking}
${named.map(({name, summary}) => line('test (count (commandline -opc)) = 1', `-a ${name} -d ${quote(summary)}`)).join('\n')}
${completed.flatMap(({name, flags}) => flags.map(flag => flagLine(name, flag))).join('\n')}
${named.flatMap(command => wordLines(command)).join('\n')}
`;
}
