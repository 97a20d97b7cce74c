import type {SetName} from '../../set/names/set-names.ts';
import type {RestoreOrder, SetItem} from './browser.ts';

/** A request to the side that reads sets. Each is a new object when it is made, so that its answer can name it. */
export type SetsRequest =
	{readonly kind: 'list'}
	| {readonly kind: 'open'; readonly name: SetName}
	| {readonly kind: 'page'; readonly name: SetName; readonly item: SetItem & {readonly kind: 'copy'}}
	| {readonly kind: 'compare'; readonly one: SetName; readonly other: SetName}
	| {readonly kind: 'preview'; readonly order: RestoreOrder}
	| {readonly kind: 'weigh'; readonly name: SetName}
	| {readonly kind: 'verify'; readonly names: readonly SetName[]}
	| {readonly kind: 'restore'; readonly order: RestoreOrder}
	| {readonly kind: 'remove'; readonly name: SetName}
	| {readonly kind: 'push'}
	| {readonly kind: 'fetch'; readonly name: SetName};

/** The requests that take long. */
export type LongKind = 'verify' | 'restore' | 'remove' | 'push' | 'fetch';

export type LongRequest = SetsRequest & {readonly kind: LongKind};

/** Those that have to do with a remote. */
export type TransferRequest = SetsRequest & {readonly kind: 'push' | 'fetch'};
