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
	insert: 'Ins',
	delete: 'Del',
	f1: 'F1',
	f10: 'F10',
	backspace: 'Backspace',
};

const control = 'ctrl-';

/** A key's name as a person knows it. */
export const keyLabel = (name: string): string =>
	name.startsWith(control) ? `Ctrl-${name.slice(control.length).toUpperCase()}` : labels[name] ?? name;
