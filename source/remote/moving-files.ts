import {nameFields} from '../set/manifest/manifest.ts';
import type {Transfer} from './rclone.ts';

/** A file on its way, as events have it, by its name at the remote. */
export type MovingFile = {readonly file: string; readonly file_b64?: string; readonly bytes_done: number; readonly total_bytes: number};

export const movingFiles = (current: Transfer['current']): readonly MovingFile[] =>
	current.map(({name, bytes: bytesDone, size}) => ({...nameFields('file', Buffer.from(name)), bytes_done: bytesDone, total_bytes: size}));
