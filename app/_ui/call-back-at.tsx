"use client";
import { useDeferredValue, useEffect } from "react";
import { useWhen, type When } from "#client/desk";
import { Field } from "./form.tsx";
import { dayAt, placeOf } from "./time.ts";
import { useSettled } from "./use-settled.ts";

type Props = {
  userId: string;
  /** The call in which it was promised, when the person may have left the desk. */
  callSessionId?: string;
  text: string;
  onText: (text: string) => void;
  onWhen: (when: When | null) => void;
  isNeeded: boolean;
};

/** A time in plain words, with its date on both clocks, the load at that time and the objections to it. */
export function CallBackAt({ userId, callSessionId, text, onText, onWhen, isNeeded }: Props) {
  const settled = useSettled(text, 300);
  const { data, error } = useWhen(userId, settled, callSessionId);
  const isAnswered = settled === text && data !== undefined && error === null;
  const when = useDeferredValue(isAnswered ? data : null);
  useEffect(() => onWhen(when), [when, onWhen]);
  const [theirs, yours] = when ? [dayAt(when.scheduledFor, when.timeZone), dayAt(when.scheduledFor)] : [];
  return (
    <div className="call-back-at">
      <Field
        label="Call back at"
        name="when"
        value={text}
        onChange={({ target }) => onText(target.value)}
        placeholder="tomorrow 3pm"
        autoComplete="off"
        maxLength={100}
        required={isNeeded}
      />
      <div role="status" className="text-tiny">
        {text !== "" && error && <p className="text-late">{error.message}</p>}
        {when && (
          <>
            <p>
              <strong>{theirs}</strong> in {placeOf(when.timeZone)}
              {theirs === yours ? " and yours" : ` · ${yours} yours`}
            </p>
            {when.conflicts.length === 0 && (
              <p className={when.promisesThen > 0 ? "text-soon" : "text-kept"}>
                {when.promisesThen === 0
                  ? "free: no promise in that quarter hour"
                  : `${when.promisesThen} ${when.promisesThen === 1 ? "promise" : "promises"} in that quarter hour already`}
              </p>
            )}
            {when.conflicts.map((sentence) => (
              <p key={sentence} className="text-late">
                {sentence}
              </p>
            ))}
          </>
        )}
      </div>
    </div>
  );
}
