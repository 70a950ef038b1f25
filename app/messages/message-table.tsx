"use client";
import { type ComponentProps, memo } from "react";
import type { ShownMessage } from "#client/messages";
import { useDayClock, useDeskClock } from "../_ui/clock.ts";
import { Fresh } from "../_ui/fresh.tsx";
import { Listing } from "../_ui/listing.tsx";
import { Until } from "../_ui/times.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { When } from "../_ui/when.tsx";
import { change, rowId } from "./address.ts";
import { StateTag } from "./state-tag.tsx";
import { whoText } from "./words.ts";

type Props = {
  label: string;
  list: ComponentProps<typeof Listing>["list"];
  messages: readonly ShownMessage[];
  /** The filters as text: when they change, the rows change at once. */
  asked: string;
  openId: string | undefined;
  empty: string;
};

/** Messages, one a row, each with its state and the reason for it. While the pointer or the focus is in the list, no row moves. */
export function MessageTable({ label, list, messages, asked, openId, empty }: Props) {
  const { shown, fresh, refresh, hold } = useSteady(messages, ({ id }) => id, asked);
  return (
    <div {...hold}>
      <Fresh fresh={fresh} refresh={refresh} />
      <Listing label={label} list={list} columns={["Time", "With", "Message", "State", "Why"]} empty={empty}>
        {shown.map((message) => (
          <Row key={message.id} message={message} isOpen={message.id === openId} />
        ))}
      </Listing>
    </div>
  );
}

type RowProps = { message: ShownMessage; isOpen: boolean };

/** There may be a thousand rows, so each is drawn again only when it changes. */
const Row = memo(function Row({ message, isOpen }: RowProps) {
  const now = useDayClock();
  const { id, state, direction, subject, body, why, acceptedAt, nextAttemptAt, heldUntil, holdReason, attempts } =
    message;
  return (
    <tr className={`*:align-top ${isOpen ? "open" : ""}`}>
      <td>
        <When at={acceptedAt} now={now} />
      </td>
      <td className="md:min-w-36">
        <button
          id={rowId(id)}
          type="button"
          className="plain-button wrap-anywhere"
          aria-expanded={isOpen}
          onClick={() => change({ id })}
        >
          {direction === "in" && <span className="sr-only">from </span>}
          {whoText(message)}
        </button>
      </td>
      <td>
        <div className="line-clamp-2 md:max-w-[44ch] wrap-anywhere">
          {subject !== null && <strong>{subject} </strong>}
          {body ?? <span className="text-muted">not stored yet</span>}
        </div>
      </td>
      <td>
        <StateTag state={state} />
      </td>
      <td className="text-muted text-small">
        <div className="line-clamp-3 md:max-w-[40ch] wrap-anywhere">
          {why}
          {holdReason === "send_after" && heldUntil !== null && (
            <>
              {" "}
              It waits until <When at={heldUntil} now={now} />.
            </>
          )}
          {state === "stored" && nextAttemptAt !== null && <NextAttempt number={attempts + 1} at={nextAttemptAt} />}
        </div>
      </td>
    </tr>
  );
});

function NextAttempt({ number, at }: { number: number; at: string }) {
  const now = useDeskClock();
  if (Date.parse(at) <= now) return null;
  return (
    <>
      {" "}
      Attempt {number} <Until at={at} before="in " over="now" />.
    </>
  );
}
