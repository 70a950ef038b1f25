import { hostname } from "node:os";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Across the bundles of one process: the routes of a served app do not share their modules. */
const OURS = Symbol.for("ringback.metrics");
const shared = globalThis as { [OURS]?: Registry };

const LOCAL = "Counted by this process: sum over processes.";
const CLUSTER = "Read from the database, the same from every process: take the max, never the sum.";

/**
 * What this process counts itself. Each series carries the process, so that a scrape that reaches another replica each
 * time reads several slow series and not one that jumps.
 */
function registry(): Registry {
  if (!shared[OURS]) {
    shared[OURS] = new Registry();
    shared[OURS].setDefaultLabels({ process: `${hostname()}:${process.pid}` });
  }
  return shared[OURS];
}

/** A counter of this process, made when it is first asked for. */
export function counter<L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Counter<L> {
  const made = registry().getSingleMetric(name) as Counter<L> | undefined;
  return made ?? new Counter({ name, help: `${help} ${LOCAL}`, labelNames, registers: [registry()] });
}

/** How something that this process measures is distributed, over the upper limits of `buckets`. */
export function histogram(name: string, help: string, buckets: readonly number[]): Histogram {
  const made = registry().getSingleMetric(name) as Histogram | undefined;
  return made ?? new Histogram({ name, help: `${help} ${LOCAL}`, buckets: [...buckets], registers: [registry()] });
}

/** A figure of all processes together, as one read of the database found it. Null is unknown, and is not written. */
export type Reading = Readonly<{
  name: string;
  help: string;
  values: readonly Readonly<{ labels?: Readonly<Record<string, string>>; value: number | null }>[];
}>;

/** Everything in the text format of Prometheus: what this process has counted, and what was read. */
export async function exposition(readings: readonly Reading[]): Promise<string> {
  const read = new Registry();
  for (const { name, help, values } of readings) {
    const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const gauge = new Gauge({ name, help: `${help} ${CLUSTER}`, labelNames, registers: [read] });
    for (const { labels = {}, value } of values) if (value !== null) gauge.set(labels, value);
  }
  return `${await registry().metrics()}\n${await read.metrics()}`;
}
