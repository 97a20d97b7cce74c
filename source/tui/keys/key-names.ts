const labels: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	escape: 'Esc',
	enter: 'Enter',
	space: 'Space',
	tab: 'Tab',
	backspace: 'Backspace',
	'ctrl-c': 'Ctrl-C',
	'ctrl-h': 'Ctrl-H',
	'ctrl-l': 'Ctrl-L',
	'ctrl-u': 'Ctrl-U',
	'ctrl-z': 'Ctrl-Z',
};

/** A key's name as a person knows it. */
export const keyLabel = (name: string): string => labels[name] ?? name;
