import type {Completion} from '../../flags/flag.ts';
import {type Grammar, placeFlags} from './completed-commands.ts';

/** The call that completes the word at the cursor. */
function completing(completion: Completion): string {
	if (typeof completion !== 'string') {
		return `_logbackup_tui_reply "${completion.join('\n')}"`;
	}

	return {
		directory: 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current")',
		file: 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")',
		set: '_logbackup_tui_reply "$(_logbackup_tui_ask dates)"',
		copy: '_logbackup_tui_reply "$(_logbackup_tui_ask files "$given" "$current")"',
	}[completion];
}

const flagCases = ({completed}: Grammar) => completed.map(({name, flags}) =>
	`\t\t'${name}') printf '%s\\n' ${flags.flatMap(({long, short}) => short === undefined ? [long] : [short, long]).join(' ')} ;;`);

const valueCases = ({valueCompletions}: Grammar) => [...valueCompletions].map(([flag, completion]) => `\t\t\t${flag}) ${completing(completion)} ;;`);

const wordCases = ({completed}: Grammar) => completed.flatMap(({name, words, isLastRepeated}) => words.map((word, index) =>
	`\t\t${name},${index === words.length - 1 && isLastRepeated ? '*' : index}) ${completing(word)} ;;`));

const commandNames = ({completed}: Grammar) => completed.map(({name}) => name).filter(name => name !== '');

const asking = `# bash completion for logbackup-tui, made by "logbackup-tui completion bash"

# Asks the program itself, about the sets that the line is about.
_logbackup_tui_ask() {
	command logbackup-tui completion "$1" "\${place[@]}" -- "\${@:2}" 2>/dev/null
}

# Offers the lines of a text that begin with what is written; each quoted so that it stands for itself.
_logbackup_tui_reply() {
	local candidate quoted before=

	# Readline replaces only what follows the last of these.
	if [[ -z $quote && $current == *[:=]* ]]; then
		before=\${current%"\${current##*[:=]}"}
	fi

	while IFS= read -r candidate; do
		if [[ -n $candidate && $candidate == "$current"* ]]; then
			[[ $candidate == */ ]] && compopt -o nospace
			candidate=\${candidate#"$before"}

			if [[ -n $quote ]]; then
				COMPREPLY+=("$candidate")
			else
				printf -v quoted %q "$candidate"
				COMPREPLY+=("$quoted")
			fi
		fi
	done <<< "$1"
}`;

const listingFlags = (grammar: Grammar) => `_logbackup_tui_flags() {
	case $1 in
${flagCases(grammar).join('\n')}
	esac
}`;

const reading = ({valueFlags}: Grammar) => `_logbackup_tui() {
	local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} typed=\${COMP_WORDS[COMP_CWORD]} command= current= quote= expects= word index ended=
	local -a words=() given=() place=()
	COMPREPLY=()
	# Not raw: a backslash makes a space part of a word, and is gone afterwards.
	read -a words <<< "$line"

	if [[ $typed == [\\'\\"]* ]]; then
		quote=\${typed:0:1}
		current=\${typed:1}
		read -a words <<< "\${line%"$typed"}"
	elif [[ $line != *[[:space:]] || $line == *\\\\[[:space:]] ]]; then
		current=\${words[-1]}
		unset 'words[-1]'
	fi

	for index in "\${!words[@]}"; do
		word=\${words[index]}

		if [[ -n $expects ]]; then
			[[ " ${placeFlags.join(' ')} " == *" $expects "* ]] && place+=("$expects=$word")
			expects=
		elif [[ $index == 0 ]]; then
			continue
		elif [[ -z $ended && $word == -- ]]; then
			ended=yes
		elif [[ -z $ended && $word == -* ]]; then
			[[ $word =~ ^(${placeFlags.join('|')})= ]] && place+=("$word")
			[[ " ${valueFlags.join(' ')} " == *" $word "* ]] && expects=$word
		elif [[ $index == 1 ]]; then
			command=$word
		else
			given+=("$word")
		fi
	done`;

const offering = (grammar: Grammar) => `	if [[ -z $expects && -z $ended && $current == --*=* ]]; then
		expects=\${current%%=*}
		current=\${current#*=}
	fi

	if [[ -n $expects ]]; then
		case $expects in
${valueCases(grammar).join('\n')}
		esac
		return
	fi

	if [[ -z $ended && $current == -* ]]; then
		_logbackup_tui_reply "$(_logbackup_tui_flags "$command")"
		return
	fi

	if [[ \${#words[@]} == 1 ]]; then
		_logbackup_tui_reply "${commandNames(grammar).join('\n')}"
		return
	fi

	case $command,\${#given[@]} in
${wordCases(grammar).join('\n')}
	esac
}

complete -F _logbackup_tui logbackup-tui
`;

/** Completion for bash 4.4 and newer; it needs nothing else. */
export const bashScript = (grammar: Grammar): string => [asking, listingFlags(grammar), reading(grammar), offering(grammar)].join('\n\n');
