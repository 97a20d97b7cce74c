/*
The text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/
*/

export type Labels = Readonly<Record<string, string>>;

/** One metric with its samples. */
export type Metric = {
	/** With its unit: `logbackup_…_bytes`. */
	readonly name: string;
	readonly help: string;
	readonly samples: ReadonlyArray<{readonly labels: Labels; readonly value: number}>;
};

/** A metric of one sample. */
export const metric = (name: string, help: string, labels: Labels, value: number): Metric => ({name, help, samples: [{labels, value}]});

const escape = (text: string) => text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);

/** Name and labels of a sample, as they stand before its value. */
export const seriesText = (name: string, labels: Labels): string =>
	`${name}{${Object.entries(labels).map(([label, value]) => `${label}="${escape(value).replaceAll('"', String.raw`\"`)}"`).join(',')}}`;

/** Metrics as text; one without samples is left out. All are gauges: nothing here counts on from where it was. */
export const metricsText = (metrics: readonly Metric[]): string => metrics.filter(({samples}) => samples.length > 0).map(({name, help, samples}) => [
	`# HELP ${name} ${escape(help)}`,
	`# TYPE ${name} gauge`,
	...samples.map(({labels, value}) => `${seriesText(name, labels)} ${value}`),
	'',
].join('\n')).join('');

/** A moment in seconds since 1970. */
export const toSeconds = (moment: Date): number => Math.round(moment.getTime() / 1000);
