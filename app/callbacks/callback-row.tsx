"use client";
import { memo } from "react";
import type { ShownCallback } from "#client/callbacks";
import { TheirTime, When } from "../_ui/when.tsx";
import { whyWords } from "../_ui/why.ts";
import { openStory, rowId } from "./address.ts";
import { isOpen, State } from "./state.tsx";
import { With, withWords } from "./with.tsx";

type Props = {
  callback: ShownCallback;
  /** The present day; the row computes its own state. */
  now: number;
  /** The story of this callback is open beside the list. */
  isShown: boolean;
  /** Null for a reader who may not move callbacks. */
  isChosen: boolean | null;
  onToggle: (id: number) => void;
};

/**
 * One callback in the list; its name opens the story. There may be a thousand, so each row is drawn again only when it changes.
 */
export const CallbackRow = memo(function CallbackRow({ callback, now, isShown, isChosen, onToggle }: Props) {
  const { id, userName, userTimeZone, scheduledFor, callbackReason, why, reason } = callback;
  return (
    <tr className={isShown ? "open" : undefined}>
      {isChosen !== null && (
        <td>
          <input
            type="checkbox"
            checked={isChosen}
            disabled={!isOpen(callback)}
            onChange={() => onToggle(id)}
            aria-label={`Choose callback ${id}, ${userName}`}
          />
        </td>
      )}
      <td className="one-line">
        <button
          id={rowId(id)}
          type="button"
          className="plain-button"
          dir="auto"
          aria-expanded={isShown}
          title={`${userName}, callback ${id}`}
          onClick={() => openStory(id)}
        >
          {userName}
        </button>
      </td>
      <td className="one-line times">
        <When at={scheduledFor} now={now} /> <TheirTime at={scheduledFor} zone={userTimeZone} />
      </td>
      <td className="reason" dir="auto" title={callbackReason ?? undefined}>
        {callbackReason}
      </td>
      <td className="one-line" dir="auto" title={withWords(callback)}>
        <With callback={callback} />
      </td>
      <td>
        <span title={whyWords(why, reason)}>
          <State callback={callback} />
        </span>
      </td>
    </tr>
  );
});
