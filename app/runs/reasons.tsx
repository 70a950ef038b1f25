"use client";
import type { Reason } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { reasonText, shortReason } from "./words.ts";

type Props = { reasons: readonly Reason[] };

/** Reasons, each in a sentence. */
export function Reasons({ reasons }: Props) {
  const now = useDeskClock();
  return (
    <ul className="run-reasons">
      {reasons.map((reason) => (
        <li key={keyOf(reason)} className="wrap-anywhere">
          {reasonText(reason, now)}
        </li>
      ))}
    </ul>
  );
}

/** Reasons in a word or two each, where there is little room; the sentence is in the title. */
export function ShortReasons({ reasons }: Props) {
  const now = useDeskClock();
  return reasons.map((reason) => (
    <div key={keyOf(reason)} title={reasonText(reason, now)}>
      {shortReason(reason)}
    </div>
  ));
}

/** A run may be paused twice, by a person and by its budget. */
const keyOf = ({ code, modelId, pausedBy }: Reason) => `${code} ${modelId} ${pausedBy}`;
