import { hostname } from "node:os";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A global symbol, because the bundles of the routes of a served app do not share modules. */
const OURS = Symbol.for("ringback.metrics");
const shared = globalThis as { [OURS]?: Registry };

const LOCAL = "Counted by this process: sum over processes.";
const CLUSTER = "Read from the database, the same from every process: take the max, never the sum.";

/**
 * The metrics that this process counts itself. Each series has a label for the process, so that scrapes of alternating replicas
 * see several slow series instead of one that jumps.
 */
function registry(): Registry {
  if (!shared[OURS]) {
    shared[OURS] = new Registry();
    shared[OURS].setDefaultLabels({ process: `${hostname()}:${process.pid}` });
  }
  return shared[OURS];
}

/** A counter of this process, created at its first use. */
export function counter<L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Counter<L> {
  const made = registry().getSingleMetric(name) as Counter<L> | undefined;
  return made ?? new Counter({ name, help: `${help} ${LOCAL}`, labelNames, registers: [registry()] });
}

/** The distribution of a measurement of this process, over the upper limits in `buckets`. */
export function histogram(name: string, help: string, buckets: readonly number[]): Histogram {
  const made = registry().getSingleMetric(name) as Histogram | undefined;
  return made ?? new Histogram({ name, help: `${help} ${LOCAL}`, buckets: [...buckets], registers: [registry()] });
}

/** A figure of the whole system, read from the database. A null is unknown, and is left out. */
export type Reading = Readonly<{
  name: string;
  help: string;
  values: readonly Readonly<{ labels?: Readonly<Record<string, string>>; value: number | null }>[];
}>;

/** All metrics in the text format of Prometheus: the counters of this process, and the readings. */
export async function exposition(readings: readonly Reading[]): Promise<string> {
  const read = new Registry();
  for (const { name, help, values } of readings) {
    const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const gauge = new Gauge({ name, help: `${help} ${CLUSTER}`, labelNames, registers: [read] });
    for (const { labels = {}, value } of values) if (value !== null) gauge.set(labels, value);
  }
  return `${await registry().metrics()}\n${await read.metrics()}`;
}
