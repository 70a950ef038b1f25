/**
 * Steps of work as spans of OpenTelemetry, where an exporter is configured (`lib/outbound/traces.ts`); otherwise they cost
 * nothing. A span holds ids, kinds and outcomes, never data of a person.
 */
import { Refusal } from "#lib/base/errors";

export type StepOf = Readonly<{
  name: string;
  /** `producer` hands work on, `consumer` takes it, `client` calls another service, `server` is called by one. */
  kind: "producer" | "consumer" | "client" | "server";
  /** The step before this one, as a `traceparent` of W3C; missing for the first step of a trace. */
  parent: string | null | undefined;
  attributes: Attributes;
}>;
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type Step = Readonly<{
  /** The `traceparent` of this step, for the steps that follow it; null when tracing is off. */
  traceparent: string | null;
  /** Ends the step. `fault`: the kind of fault that ended it. */
  end: (attributes?: Attributes, fault?: string) => void;
}>;

export type Tracing = Readonly<{
  begin: (step: StepOf) => Step;
  /** Sends the steps that have ended. */
  flush: () => Promise<void>;
}>;

/** A global symbol, because the instrumentation of the server and its routes are bundles that do not share modules. */
const OURS = Symbol.for("ringback.tracing");
const shared = globalThis as { [OURS]?: Tracing | undefined };

/** Sets the tracing of this process; undefined turns it off. */
export function traceBy(tracing: Tracing | undefined): void {
  shared[OURS] = tracing;
}

const NOTHING: Step = { traceparent: null, end: () => undefined };

/** Begins a step; the caller must end it. */
export function beginStep(step: StepOf): Step {
  return shared[OURS]?.begin(step) ?? NOTHING;
}

/** Runs the work as one step. `endOf` gives the attributes of its result. */
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

/** Only the kind of a fault: its message may hold words of a person. */
export function faultKind(error: unknown): string {
  return error instanceof Refusal ? error.code : error instanceof Error ? error.name : "unknown";
}

/** Sends the steps that have ended, before a process that may be frozen waits. */
export async function flushSteps(): Promise<void> {
  await shared[OURS]?.flush();
}
