import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	decodeMarkers,
	encodeMarker,
	isHostDirectory,
	type Marker,
} from '../../source/remote/marker.ts';

const marker: Marker = {
	host: 'web1',
	date: '2026-03-14',
	head: {
		version: '1.0.0',
		host: 'web1',
		machine: '0123456789abcdef0123456789abcdef',
		source: '/var/log',
		engine: 'libdeflate',
		started: new Date('2026-03-14T02:00:00Z'),
		finished: new Date('2026-03-14T02:00:09Z'),
		filesDone: 7,
		filesFailed: 1,
		filesVanished: 0,
		bytesIn: 1000,
		bytesOut: 100,
	},
	manifestSum: 'a'.repeat(64),
	checksumsSum: 'b'.repeat(64),
	pushed: new Date('2026-03-14T03:00:00Z'),
	checked: 'download',
};

test('a marker is read as it was written, one after the other, and what is broken costs no other', () => {
	assert.deepEqual(decodeMarkers(encodeMarker(marker)), [marker]);
	const cut = encodeMarker(marker).slice(0, 90);
	assert.deepEqual(decodeMarkers(encodeMarker(marker) + cut + encodeMarker({...marker, date: '2026-03-15'})).map(({date}) => date), ['2026-03-14', '2026-03-15']);
});

test('a marker that leads elsewhere, or makes no sense, is none', () => {
	const json = JSON.parse(encodeMarker(marker)) as Record<string, unknown>;

	for (const forged of [
		{directory: '../../etc'},
		{directory: '.hidden'},
		{directory: 'a/b'},
		{directory: ''},
		{date: '2026-02-30'},
		{date: '../x'},
		{manifest_sha256: 'A'.repeat(64)},
		{checksums_sha256: 7},
		{files_done: -1},
		{bytes_out: 'many'},
		{finished: 'yesterday'},
		{checked: 'trust me'},
		{host: null},
		{pushed_version: 2},
	]) {
		assert.deepEqual(decodeMarkers(JSON.stringify({...json, ...forged})), [], JSON.stringify(forged));
	}
});

test('names of hosts that are no directory at every remote are refused', () => {
	for (const name of ['web1', 'db-2.example.org', 'A_b']) {
		assert.ok(isHostDirectory(name), name);
	}

	for (const name of ['', '.', '..', '.web', 'a/b', 'a b', 'web1.', 'x'.repeat(101), 'wéb']) {
		assert.ok(!isHostDirectory(name), name);
	}
});
