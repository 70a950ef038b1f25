"use client";
import type { ShownCallback } from "#client/callbacks";
import { TheirTime, When } from "../_ui/when.tsx";
import { whyWords } from "../_ui/why.ts";
import { openStory, rowId } from "./address.ts";
import { isOpen, State } from "./state.tsx";

type Props = {
  callback: ShownCallback;
  now: number;
  /** Its story is open beside the list. */
  isShown: boolean;
  /** Null for who may not move callbacks. */
  choice: { isChosen: boolean; toggle: () => void } | null;
};

/** One callback in the list; its name opens the story. */
export function CallbackRow({ callback, now, isShown, choice }: Props) {
  const { id, userName, userPhone, userTimeZone, scheduledFor, callbackReason, agentName, why, reason } = callback;
  return (
    <tr className={isShown ? "open" : undefined}>
      {choice && (
        <td>
          <input
            type="checkbox"
            checked={choice.isChosen}
            disabled={!isOpen(callback)}
            onChange={choice.toggle}
            aria-label={`Choose callback ${id}, ${userName}`}
          />
        </td>
      )}
      <td>
        <button
          id={rowId(id)}
          type="button"
          className="plain-button"
          aria-expanded={isShown}
          title={`${userPhone}, callback ${id}`}
          onClick={() => openStory(id)}
        >
          {userName}
        </button>
      </td>
      <td>
        <When at={scheduledFor} now={now} /> <TheirTime at={scheduledFor} now={now} zone={userTimeZone} />
      </td>
      <td className="reason" title={callbackReason ?? undefined}>
        {callbackReason}
      </td>
      <td>{agentName ?? <span className="text-muted">nobody yet</span>}</td>
      <td>
        <span title={whyWords(why, reason)}>
          <State callback={callback} now={now} />
        </span>
      </td>
    </tr>
  );
}
