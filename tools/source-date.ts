import {execFileSync} from 'node:child_process';
import {statSync} from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

function lastCommit(): number | undefined {
	try {
		const text = execFileSync('git', ['-C', root, 'log', '-1', '--format=%ct'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
		return Number(text) || undefined;
	} catch {
		return undefined;
	}
}

/**
The time that what is made of the sources bears, in seconds since 1970, so that the same sources give the same bytes: `SOURCE_DATE_EPOCH`, else the time
of the last commit, else, outside a repository, that of package.json.
*/
export const sourceDate = (): number => Number(process.env.SOURCE_DATE_EPOCH) || (lastCommit() ?? Math.floor(statSync(path.join(root, 'package.json')).mtimeMs / 1000));
