"use client";
import { useState } from "react";
import {
  type DeadGroup,
  type DeadLetters,
  type GroupAsk,
  type RedriveWish,
  useMessageDeadLetters,
} from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { Button } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { When } from "../_ui/when.tsx";
import { counted } from "../_ui/words.ts";
import { change } from "./address.ts";
import { MessageTable } from "./message-table.tsx";
import { RedriveDialog } from "./redrive-dialog.tsx";
import { StateTag } from "./state-tag.tsx";
import { keptText } from "./words.ts";

type Props = { group: GroupAsk; openId: string | undefined; isHeld: boolean };
type Asking = { title: string; wish: RedriveWish };

/**
 * The messages that were not delivered and are not tried again: in groups by error, and one by one. Before they are sent again,
 * their number is shown.
 */
export function DeadMessages({ group, openId, isHeld }: Props) {
  const list = useMessageDeadLetters(group, isHeld);
  const [asking, setAsking] = useState<Asking | null>(null);
  const { groups = [], unreadable = [], keptSeconds } = list.data?.pages[0] ?? {};
  const letters = list.data?.pages.flatMap((page) => page.letters) ?? [];
  const isGroup = Object.values(group).some((value) => value !== undefined);
  const count = groups.reduce((sum, one) => sum + one.count, unreadable.length);
  return (
    <>
      <div className="run-title">
        <h2 className="m-0">What went wrong</h2>
        {count > 0 && (
          <Button onClick={() => setAsking({ title: "Redrive every dead letter", wish: { all: true } })}>
            {count === 1 ? "Redrive 1…" : `Redrive all ${count.toLocaleString()}…`}
          </Button>
        )}
      </div>
      {keptSeconds !== undefined && (
        <p className="text-muted text-small">
          Kept for {keptText(keptSeconds)}: what nobody has sent again by then is deleted.
        </p>
      )}
      <Groups list={list} groups={groups} chosen={group} onRedrive={setAsking} />
      <Unreadable entries={unreadable} onRedrive={setAsking} />
      {letters.length + count > 0 && (
        <>
          <div className="run-title mt-6">
            <h2 className="m-0">{isGroup ? "Dead letters of this group" : "Dead letters"}</h2>
            {isGroup && (
              <Button onClick={() => change({ state: null, channel: null, class: null, code: null })}>Show all</Button>
            )}
          </div>
          <MessageTable
            label="Dead letters"
            list={list}
            messages={letters}
            asked={JSON.stringify([group, list.isPlaceholderData, list.data?.pages.length])}
            openId={openId}
            empty="None of this group is left."
          />
        </>
      )}
      {asking && <RedriveDialog {...asking} onClose={() => setAsking(null)} />}
    </>
  );
}

const askOf = ({ state, channel, errorClass, errorCode }: DeadGroup) => ({
  state,
  channel,
  errorClass: errorClass ?? "none",
  errorCode: errorCode ?? "none",
});

type GroupsProps = {
  list: ReturnType<typeof useMessageDeadLetters>;
  groups: readonly DeadGroup[];
  chosen: GroupAsk;
  onRedrive: (asking: Asking) => void;
};

function Groups({ list, groups, chosen, onRedrive }: GroupsProps) {
  const now = useDeskClock();
  // The pages of the list are pages of letters.
  const { isPending, error, refetch } = list;
  return (
    <Listing
      label="Failure groups"
      list={{ isPending, error, refetch }}
      columns={["How many", "What went wrong", "Last", "Actions"]}
      empty="No dead letters: nothing was given up."
    >
      {groups.map((group) => {
        const { state, channel, errorClass, errorCode, count, sentence, lastAt } = group;
        const asked = askOf(group);
        const name = [errorClass ?? "no reason", errorCode].filter((part) => part !== null).join(" ");
        const isChosen = Object.entries(asked).every(([part, value]) => chosen[part as keyof GroupAsk] === value);
        return (
          <tr key={`${state} ${channel} ${name}`} className={`*:align-top ${isChosen ? "open" : ""}`}>
            <td>
              <strong>{count.toLocaleString()}</strong>{" "}
              <span className="text-muted">{channel === "sms" ? "SMS" : "e-mail"}</span>
            </td>
            <td>
              <button
                type="button"
                className="plain-button wrap-anywhere"
                aria-pressed={isChosen}
                onClick={() => change({ state, channel, class: asked.errorClass, code: asked.errorCode, id: null })}
              >
                {name}
              </button>{" "}
              <StateTag state={state} />
              {sentence !== null && <div className="text-muted text-small wrap-anywhere">{sentence}</div>}
            </td>
            <td>{lastAt !== null && <When at={lastAt} now={now} />}</td>
            <td>
              <Button
                aria-label={`Redrive what ended as ${state}, ${name}`}
                onClick={() => onRedrive({ title: `Redrive what ended as ${state}, ${name}`, wish: { group: asked } })}
              >
                Redrive…
              </Button>
            </td>
          </tr>
        );
      })}
    </Listing>
  );
}

/** Events of the queue that this version cannot read, such as those of a newer version. */
function Unreadable({
  entries,
  onRedrive,
}: {
  entries: DeadLetters["unreadable"];
  onRedrive: (asking: Asking) => void;
}) {
  const now = useDeskClock();
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="unreadable">
      <h2 id="unreadable">Could not be stored</h2>
      <div className="panel">
        <ul className="run-failures">
          {entries.map(({ id, why, attempt, deadAt }) => (
            <li key={id}>
              <When at={deadAt} now={now} />
              <div className="min-w-0 wrap-anywhere">
                {why}
                <div className="text-muted text-small">
                  message {id}, {counted(attempt, "attempt")}
                </div>
              </div>
              <Button
                aria-label={`Redrive message ${id}`}
                onClick={() => onRedrive({ title: "Redrive this message", wish: { ids: [id] } })}
              >
                Redrive…
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
