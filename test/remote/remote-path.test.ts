import assert from 'node:assert/strict';
import {test} from 'node:test';
import {below, formatRemotePath, parseRemotePath} from '../../source/remote/remote-path.ts';

test('a remote and a path are told apart, and put together again', () => {
	assert.deepEqual(parseRemotePath('nas:backups/logs'), {remote: 'nas', path: 'backups/logs'});
	assert.deepEqual(parseRemotePath('my nas.2:/srv/logs//'), {remote: 'my nas.2', path: '/srv/logs'});
	assert.deepEqual(parseRemotePath('s3:'), {remote: 's3', path: ''});
	assert.equal(formatRemotePath(parseRemotePath('nas:a/b/')), 'nas:a/b');
	assert.equal(formatRemotePath(below(parseRemotePath('nas:a'), 'web1', '2026-03-14')), 'nas:a/web1/2026-03-14');
	assert.equal(formatRemotePath(below(parseRemotePath('nas:'), 'web1')), 'nas:web1');
	assert.equal(formatRemotePath(below(parseRemotePath('nas:/'), 'web1')), 'nas:/web1');
});

test('what is no name of a remote is refused, and not repeated: it may hold a secret', () => {
	for (const wrong of ['/mnt/nas', '', 'nas', ':sftp,host=a,pass=hunter2:x', 'nas,pass=hunter2:x', '-rf:x', 'nas:a/../b', 'nas:a\u{1B}b', 'n/s:x', 'http://u:hunter2@host/x']) {
		assert.throws(() => parseRemotePath(wrong), error => error instanceof Error && !error.message.includes('hunter2'), wrong);
	}
});
