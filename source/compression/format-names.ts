/** The formats that copies can be made in, as a manifest and a command line name them. */
export const formatNames = ['gzip', 'zstd'] as const;

export type FormatName = (typeof formatNames)[number];

/** How a copy is stored. `as-is`: its source was compressed already, and is copied byte for byte. */
export type Stored = FormatName | 'as-is';
