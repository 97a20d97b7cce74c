import {readFileSync} from 'node:fs';
import path from 'node:path';

/** What is new in the version at the top of CHANGELOG.md: its points, each on one line, without Markdown. */
export function releaseNotes(): readonly string[] {
	const text = readFileSync(path.join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
	const [, newest = ''] = text.split(/^## .*$/mv, 2);
	return newest.split(/^- /mv).slice(1).map(point => point.replaceAll('`', '').replaceAll(/\s+/gv, ' ').trim());
}
