/**
 * Steps of work as spans of OpenTelemetry, where an exporter is set up (`lib/outbound/traces.ts`); else they are nothing. A span holds ids, kinds
 * and outcomes, never what is known of a person or said to one.
 */
import { Refusal } from "#lib/base/errors";

export type StepOf = Readonly<{
  name: string;
  /** `producer` hands work on, `consumer` takes it, `client` asks another service, `server` is asked by one. */
  kind: "producer" | "consumer" | "client" | "server";
  /** What this step follows: a `traceparent` of W3C, or nothing for the first of its trace. */
  parent: string | null | undefined;
  attributes: Attributes;
}>;
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type Step = Readonly<{
  /** Of this step, for those that follow it; null where nothing is traced. */
  traceparent: string | null;
  /** It is over. `fault`: what kind of fault it ended with. */
  end: (attributes?: Attributes, fault?: string) => void;
}>;

export type Tracing = Readonly<{
  begin: (step: StepOf) => Step;
  /** Sends what has ended so far. */
  flush: () => Promise<void>;
}>;

/** Across the bundles of one process: the server's beginning and its routes do not share their modules. */
const OURS = Symbol.for("ringback.tracing");
const shared = globalThis as { [OURS]?: Tracing | undefined };

/** From here on steps of this process are traced so, or not at all. */
export function traceBy(tracing: Tracing | undefined): void {
  shared[OURS] = tracing;
}

const NOTHING: Step = { traceparent: null, end: () => undefined };

/** Begins a step; who begins it ends it. */
export function beginStep(step: StepOf): Step {
  return shared[OURS]?.begin(step) ?? NOTHING;
}

/** Does the work as one step. `endOf` says what came of it. */
export async function inStep<T>(
  step: StepOf,
  work: (traceparent: string | null) => Promise<T>,
  endOf: (result: T) => Attributes = () => ({}),
): Promise<T> {
  const { traceparent, end } = beginStep(step);
  try {
    const result = await work(traceparent);
    end(endOf(result));
    return result;
  } catch (error) {
    end({}, faultKind(error));
    throw error;
  }
}

/** Its kind only: what it says may hold words of a person. */
export function faultKind(error: unknown): string {
  return error instanceof Refusal ? error.code : error instanceof Error ? error.name : "unknown";
}

/** Sends what has ended so far, before a process that may be frozen goes on waiting. */
export async function flushSteps(): Promise<void> {
  await shared[OURS]?.flush();
}
