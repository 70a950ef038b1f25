"use client";
import { useCallback, useState } from "react";
import type { CallbackAsk, Order, ShownCallback, useCallbacks } from "#client/callbacks";
import { useDayClock } from "../_ui/clock.ts";
import { csvOf } from "../_ui/csv.ts";
import { saveFile } from "../_ui/save-file.ts";
import { useSteady } from "../_ui/use-steady.ts";
import { Button } from "../_ui/form.tsx";
import { Fresh } from "../_ui/fresh.tsx";
import { Listing, type Sort } from "../_ui/listing.tsx";
import type { OnDone } from "../_ui/say-moved.ts";
import { change, emptyText } from "./address.ts";
import { CallbackRow } from "./callback-row.tsx";
import { CancelManyDialog } from "./cancel-many-dialog.tsx";
import { MoveManyDialog } from "./move-many-dialog.tsx";
import { ReassignDialog } from "./reassign-dialog.tsx";
import { isOpen } from "./state.tsx";

/** The maximum that one request may move. */
const MAX = 100;

/** The columns of a file of callbacks. */
const COLUMNS = [
  "id",
  "userName",
  "userPhone",
  "scheduledFor",
  "callbackReason",
  "agentName",
  "isHeld",
  "attempts",
  "status",
] as const;

type Props = {
  list: ReturnType<typeof useCallbacks>;
  asked: CallbackAsk;
  openId: number;
  isSupervisor: boolean;
  /** By customer, agent and state, too. */
  canSort: boolean;
  onDone: OnDone;
};

/**
 * The callbacks that match the filter, kept up to date; while the pointer or the focus is in the list, new ones wait. A supervisor chooses some
 * of the open ones and moves them together.
 */
export function CallbackList({ list, asked, openId, isSupervisor, canSort, onDone }: Props) {
  const now = useDayClock();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asking, setAsking] = useState<"reassign" | "time" | "cancel" | null>(null);
  // A reader who changes the filter or asks for more wants to see the new rows. Until they come, the old ones stay.
  const what = JSON.stringify([asked, list.isPlaceholderData, list.data?.pages.length]);
  const all = eachOnce(list.data?.pages.flatMap((page) => page.callbacks) ?? []);
  const { shown: callbacks, fresh, refresh, hold } = useSteady(all, ({ id }) => id, what);
  const movable = callbacks.filter(isOpen);
  // A callback that another person has settled, or that the filter no longer shows, must not move unseen.
  const meant = movable.filter(({ id }) => chosen.has(id));
  const toggle = useCallback(
    (id: number) =>
      setChosen((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const close = () => setAsking(null);
  const moved: OnDone = (message, move) => {
    close();
    setChosen(new Set());
    onDone(message, move);
  };
  const byName = (order: Order): Sort => ({
    direction: asked.order === order ? "ascending" : null,
    press: () => change({ order: asked.order === order ? null : order }),
  });
  const byTime: Sort = {
    direction: asked.order === "due" ? "ascending" : asked.order === "latest" ? "descending" : null,
    press: () => change({ order: asked.order === "due" ? "latest" : null }),
  };
  const sort = {
    Due: byTime,
    ...(canSort && { Who: byName("customer"), With: byName("agent"), State: byName("state") }),
  };
  return (
    <>
      <div {...hold}>
        <Fresh fresh={fresh} refresh={refresh} />
        <Listing
          label="Callbacks"
          list={list}
          sort={sort}
          columns={[...(isSupervisor ? ["Choose"] : []), "Who", "Due", "Reason", "With", "State"]}
          empty={
            isSupervisor
              ? emptyText(asked)
              : "No callback of yours fits. New ones come here when a customer asks for you, or when you accept one."
          }
        >
          {callbacks.map((callback) => (
            <CallbackRow
              key={callback.id}
              callback={callback}
              now={now}
              isShown={callback.id === openId}
              isChosen={isSupervisor ? isOpen(callback) && chosen.has(callback.id) : null}
              onToggle={toggle}
            />
          ))}
        </Listing>
      </div>
      {meant.length === 0 && callbacks.length > 0 && (
        <Button onClick={() => saveFile("callbacks.csv", csvOf(COLUMNS, callbacks), "text/csv")}>
          Export CSV of what is shown
        </Button>
      )}
      {meant.length > 0 && (
        <div className="panel tray">
          <strong>{meant.length} chosen</strong>
          <Button kind="main" disabled={meant.length > MAX} onClick={() => setAsking("reassign")}>
            Reassign
          </Button>
          <Button disabled={meant.length > MAX} onClick={() => setAsking("time")}>
            Change the time
          </Button>
          <Button kind="danger" disabled={meant.length > MAX} onClick={() => setAsking("cancel")}>
            Cancel
          </Button>
          <Button onClick={() => setChosen(new Set(movable.slice(0, MAX).map(({ id }) => id)))}>
            Choose all {Math.min(movable.length, MAX)}
          </Button>
          <Button onClick={() => setChosen(new Set())}>Choose none</Button>
          <Button onClick={() => saveFile("callbacks.csv", csvOf(COLUMNS, meant), "text/csv")}>Export CSV</Button>
          {meant.length > MAX && <span className="text-small">At most {MAX} at once.</span>}
        </div>
      )}
      {asking === "reassign" && <ReassignDialog callbacks={meant} onClose={close} onDone={moved} />}
      {asking === "time" && <MoveManyDialog callbacks={meant} onClose={close} onDone={moved} />}
      {asking === "cancel" && <CancelManyDialog callbacks={meant} onClose={close} onDone={moved} />}
    </>
  );
}

/** A callback that gets a later time while the next page is loaded is on both pages; this keeps its first place. */
function eachOnce(callbacks: readonly ShownCallback[]): ShownCallback[] {
  return [...new Map(callbacks.map((callback) => [callback.id, callback])).values()];
}
