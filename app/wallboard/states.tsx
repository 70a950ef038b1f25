"use client";
import { useLost } from "../_ui/connection.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { useSecondsSince } from "./now.tsx";
import { span } from "../_ui/time.ts";
import { secondOf } from "./words.ts";

const PLACES = ["Late", "Due", "Kept on time", "No agent", "System"];

/** The wall before its first answer: its panels, still empty. */
export function Loading() {
  return (
    <div className="wall" aria-busy="true">
      <p className="muted" role="status">
        Loading the wallboard…
      </p>
      <div className="wall-figures" aria-hidden="true">
        {PLACES.map((name) => (
          <div key={name} className="panel wall-figure">
            <div className="muted">{name}</div>
            <div className="wall-value muted">–</div>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Shown while no request has succeeded. */
export function Failed({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  return (
    <div className="wall">
      <div className="panel wall-failed">
        <Failure error={error} />
        <p className="muted">The wallboard asks again every few seconds by itself.</p>
        <Button onClick={onRetry}>Try now</Button>
      </div>
    </div>
  );
}

/** The time of four missing answers in a row. */
const OLD_SECONDS = 20;

/** Says that the shown data is old, how old, and why: the server refused, could not be reached, or did not answer. */
export function Stale({ error, at }: { error: Error | null; at: string }) {
  const seconds = useSecondsSince(at);
  const isUnreached = useLost() !== null;
  if (!error && !isUnreached && seconds < OLD_SECONDS) return null;
  return (
    <div className="notice late wall-stale">
      <strong role="alert">
        Not live: {isUnreached ? "Ringback cannot be reached." : (error?.message ?? "Ringback does not answer.")}
      </strong>{" "}
      As of {secondOf(at)}, {span(seconds * 1_000)} ago; trying again.
    </div>
  );
}
