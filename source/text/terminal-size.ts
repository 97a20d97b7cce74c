export type TerminalSize = {
	readonly columns: number;
	readonly rows: number;
};

/** Size assumed for a terminal that does not say: a serial console, or one in a container, says 0 by 0. */
const usual: TerminalSize = {columns: 80, rows: 24};

/** The size of a terminal, by what its stream says of it. */
export function terminalSize({columns, rows}: {readonly columns?: number | undefined; readonly rows?: number | undefined}): TerminalSize {
	return {
		columns: columns !== undefined && columns > 0 ? columns : usual.columns,
		rows: rows !== undefined && rows > 0 ? rows : usual.rows,
	};
}
