"use client";
import { useCallback, useState } from "react";
import type { ShownCallback, useCallbacks } from "#client/callbacks";
import { useDayClock } from "../_ui/clock.ts";
import { csvOf } from "../_ui/csv.ts";
import { saveFile } from "../_ui/save-file.ts";
import { Button } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { change } from "./address.ts";
import { CallbackRow } from "./callback-row.tsx";
import { CancelManyDialog } from "./cancel-many-dialog.tsx";
import { MoveManyDialog } from "./move-many-dialog.tsx";
import { ReassignDialog } from "./reassign-dialog.tsx";
import { isOpen } from "./state.tsx";

/** As many as one request may move. */
const MAX = 100;

/** Of a file of callbacks. */
const COLUMNS = [
  "id",
  "userName",
  "userPhone",
  "scheduledFor",
  "callbackReason",
  "agentName",
  "attempts",
  "status",
] as const;

type Props = {
  list: ReturnType<typeof useCallbacks>;
  openId: number;
  isSupervisor: boolean;
  isDescending: boolean;
  onDone: (message: string) => void;
};

/** The callbacks that fit; a supervisor chooses some of the open ones and moves them together. */
export function CallbackList({ list, openId, isSupervisor, isDescending, onDone }: Props) {
  const now = useDayClock();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asking, setAsking] = useState<"reassign" | "time" | "cancel" | null>(null);
  const callbacks = eachOnce(list.data?.pages.flatMap((page) => page.callbacks) ?? []);
  const movable = callbacks.filter(isOpen).slice(0, MAX);
  const meant = callbacks.filter(({ id }) => chosen.has(id));
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
  const moved = (message: string) => {
    close();
    setChosen(new Set());
    onDone(message);
  };
  return (
    <>
      <Listing
        label="Callbacks"
        list={list}
        sort={{
          column: "Due",
          isDescending,
          toggle: () => change({ order: isDescending ? null : "newest" }),
        }}
        columns={[...(isSupervisor ? ["Choose"] : []), "Who", "Due", "Reason", "With", "State"]}
        empty={
          isSupervisor
            ? "No callbacks match. Clear the filters."
            : "No callback of yours fits. New ones come here when a customer asks for you, or when you accept one."
        }
      >
        {callbacks.map((callback) => (
          <CallbackRow
            key={callback.id}
            callback={callback}
            now={now}
            isShown={callback.id === openId}
            isChosen={isSupervisor ? chosen.has(callback.id) : null}
            onToggle={toggle}
          />
        ))}
      </Listing>
      {chosen.size === 0 && callbacks.length > 0 && (
        <Button onClick={() => saveFile("callbacks.csv", csvOf(COLUMNS, callbacks), "text/csv")}>
          Export CSV of what is shown
        </Button>
      )}
      {chosen.size > 0 && (
        <div className="panel tray">
          <strong>{chosen.size} chosen</strong>
          <Button kind="main" disabled={chosen.size > MAX} onClick={() => setAsking("reassign")}>
            Reassign
          </Button>
          <Button disabled={chosen.size > MAX} onClick={() => setAsking("time")}>
            Change the time
          </Button>
          <Button kind="danger" disabled={chosen.size > MAX} onClick={() => setAsking("cancel")}>
            Cancel
          </Button>
          <Button onClick={() => setChosen(new Set(movable.map(({ id }) => id)))}>Choose all {movable.length}</Button>
          <Button onClick={() => setChosen(new Set())}>Choose none</Button>
          <Button onClick={() => saveFile("callbacks.csv", csvOf(COLUMNS, meant), "text/csv")}>Export CSV</Button>
          {chosen.size > MAX && <span className="text-small">At most {MAX} at once.</span>}
        </div>
      )}
      {asking === "reassign" && <ReassignDialog callbackIds={[...chosen]} onClose={close} onDone={moved} />}
      {asking === "time" && <MoveManyDialog callbacks={meant} onClose={close} onDone={moved} />}
      {asking === "cancel" && <CancelManyDialog callbacks={meant} onClose={close} onDone={moved} />}
    </>
  );
}

/** One that got a later time while the next page was asked for is on both; it stands where it came first. */
function eachOnce(callbacks: readonly ShownCallback[]): ShownCallback[] {
  return [...new Map(callbacks.map((callback) => [callback.id, callback])).values()];
}
