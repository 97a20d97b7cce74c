import type {Completion} from '../../flags/flag.ts';
import {
	type CompletedCommand,
	type CompletedFlag,
	type Grammar,
	placeFlags,
	quoteForShell,
} from './completed-commands.ts';

/** The action by which zsh completes a word. */
function action(completion: Completion | undefined): string {
	if (completion === undefined) {
		return ' ';
	}

	if (typeof completion !== 'string') {
		return `(${completion.join(' ')})`;
	}

	return {
		directory: '_directories', file: '_files', set: '_logbackup-tui_sets', copy: '_logbackup-tui_copies',
	}[completion];
}

const escapeHelp = (text: string) => text.replaceAll(/[:\[\\\]]/gv, String.raw`\$&`);

/** A flag in both its forms, of which one excludes the other. */
function flagSpecs({long, short, help, isMultiple, value}: CompletedFlag): readonly string[] {
	const rest = `[${escapeHelp(help)}]${value ? `:${value.placeholder}:${action(value.completes)}` : ''}`;
	const exclusive = isMultiple ? '*' : `(${short === undefined ? long : `${short} ${long}`})`;
	return [...(short === undefined ? [] : [`${exclusive}${short}${rest}`]), `${exclusive}${long}${value ? '=' : ''}${rest}`];
}

function commandCase({name, flags, words, isLastRepeated}: CompletedCommand): string {
	const specs = [
		...flags.flatMap(flag => flagSpecs(flag)),
		...words.map((word, index) => `${index === words.length - 1 && isLastRepeated ? '*' : index + 1}: :${action(word)}`),
	];
	return [`\t\t${name === '' ? '*' : name})`, '\t\t\t_arguments -s : \\', ...specs.map(spec => `\t\t\t\t${quoteForShell(spec)} \\`), '\t\t\t\t;;'].join('\n');
}

const reading = ({valueFlags}: Grammar) => `#compdef logbackup-tui
# zsh completion for logbackup-tui, made by "logbackup-tui completion zsh"

# Sets the arrays place, of flags that say where the sets are, and given, of the words after the command.
_logbackup-tui_read() {
	local word expects= ended=
	place=() given=()

	for word in "\${(@Q)words[2,CURRENT-1]}"; do
		if [[ -n $expects ]]; then
			(( \${\${(z):-"${placeFlags.join(' ')}"}[(Ie)$expects]} )) && place+=("$expects=$word")
			expects=
		elif [[ -z $ended && $word == -- ]]; then
			ended=yes
		elif [[ -z $ended && $word == -* ]]; then
			[[ $word == (${placeFlags.join('|')})=* ]] && place+=("$word")
			(( \${\${(z):-"${valueFlags.join(' ')}"}[(Ie)$word]} )) && expects=$word
		else
			given+=("$word")
		fi
	done
}`;

const asking = `_logbackup-tui_sets() {
	local -a place given found
	_logbackup-tui_read
	found=("\${(@f)$(command logbackup-tui completion dates "\${place[@]}" 2>/dev/null)}")
	compadd -V sets -a found
}

_logbackup-tui_copies() {
	local -a place given found
	_logbackup-tui_read
	found=("\${(@f)$(command logbackup-tui completion files "\${place[@]}" -- "\${given[1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
	found=("\${(@)found:#}")
	compadd -S '' -- "\${(@M)found:#*/}"
	compadd -- "\${(@)found:#*/}"
}`;

const completing = ([backup, ...named]: Grammar['completed']) => `_logbackup-tui() {
	local -a commands=(
${named.map(({name, summary}) => `\t\t${quoteForShell(`${name}:${escapeHelp(summary)}`)}`).join('\n')}
	)

	if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
		_describe -t commands command commands
		return
	fi

	if [[ $words[2] != -* ]]; then
		shift words
		(( CURRENT-- ))
	fi

	case $words[1] in
${[...named, backup!].map(command => commandCase(command)).join('\n')}
	esac
}

if [[ $funcstack[1] == _logbackup-tui ]]; then
	_logbackup-tui "$@"
else
	compdef _logbackup-tui logbackup-tui
fi
`;

/** Completion for zsh: a file of `$fpath`, which can be sourced too. */
export const zshScript = (grammar: Grammar): string => [reading(grammar), asking, completing(grammar.completed)].join('\n\n');
