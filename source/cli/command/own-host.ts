import {hostname} from 'node:os';
import type {Invocation} from './command.ts';

/** The name that this host has, whichever host's sets are meant. */
export const ownHost = ({given, configuration, origin}: Pick<Invocation, 'given' | 'configuration' | 'origin'>): string => {
	const configured = configuration.values.get('host')?.value;
	return given.has('host') ? (typeof configured === 'string' ? configured : hostname()) : origin.host;
};
