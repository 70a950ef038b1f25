"use client";
import { useCallback, useState } from "react";
import type { Hero, When } from "#client/desk";
import { clockAt } from "../_ui/time.ts";
import { CallBackAt } from "../_ui/call-back-at.tsx";

/** The promises that this call leaves open, by id, with the time agreed on; null while its words are not understood. */
export type StillOpen = ReadonlyMap<number, When | null>;

type Change = (next: (before: StillOpen) => StillOpen) => void;
type Props = { userId: string; covers: Hero["covers"]; onChange: Change };

/** The other promises that the call covers: settled with it, except those that get a time of their own. */
export function Covered({ userId, covers, onChange }: Props) {
  if (covers.length === 0) return null;
  return (
    <fieldset className="covered">
      <legend className="font-semibold text-small">This call also settles</legend>
      {covers.map((promise) => (
        <CoveredPromise key={promise.id} userId={userId} promise={promise} onChange={onChange} />
      ))}
    </fieldset>
  );
}

function CoveredPromise({ userId, promise, onChange }: Omit<Props, "covers"> & { promise: Hero["covers"][number] }) {
  const { id, scheduledFor, callbackReason } = promise;
  const [isSettled, setSettled] = useState(true);
  const [text, setText] = useState("");
  const onWhen = useCallback(
    (when: When | null) => onChange((before) => new Map(before).set(id, when)),
    [id, onChange],
  );
  const toggle = (checked: boolean) => {
    setSettled(checked);
    onChange((before) => {
      const next = new Map(before);
      if (checked) next.delete(id);
      else next.set(id, null);
      return next;
    });
  };
  return (
    <div className="grid gap-1">
      <label className="flex items-baseline gap-2 text-small">
        <input type="checkbox" checked={isSettled} onChange={({ target }) => toggle(target.checked)} />
        promised {clockAt(scheduledFor)}
        {callbackReason && <span className="text-muted">“{callbackReason}”</span>}
      </label>
      {!isSettled && <CallBackAt userId={userId} text={text} onText={setText} onWhen={onWhen} isNeeded />}
    </div>
  );
}
