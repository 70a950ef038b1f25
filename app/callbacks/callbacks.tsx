"use client";
import { useState } from "react";
import { type CallbackAsk, useCallbacks } from "#client/callbacks";
import { Done } from "../_ui/form.tsx";
import { useAddress } from "../_ui/address.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { Calendar } from "./calendar.tsx";
import { CallbackList } from "./callback-list.tsx";
import { Filters, OPEN_ONES } from "./filters.tsx";
import { Story } from "./story.tsx";
import { ViewSwitch } from "./view-switch.tsx";

/** Every promise the reader may see, as a list or a week, and the story of the one that is open. */
export function Callbacks({ isSupervisor }: { isSupervisor: boolean }) {
  const address = useAddress();
  const ofAgent = Number(address.get("agent"));
  const openId = Number(address.get("id"));
  const [asked, setAsked] = useState<CallbackAsk>({
    ...OPEN_ONES,
    ...(ofAgent > 0 && { agentId: ofAgent }),
  });
  const [view, setView] = useState<"list" | "week">("list");
  const [done, setDone] = useState<string | null>(null);
  const list = useCallbacks(asked);
  const now = useDeskClock();
  // The form is drawn anew when something else than the form asked.
  const [asks, setAsks] = useState(0);
  const askAnew = (next: CallbackAsk) => {
    setAsked(next);
    setAsks(asks + 1);
  };
  const showHour = (from: string, to: string) => {
    askAnew({ ...asked, from, to });
    setView("list");
  };
  return (
    <>
      <Filters
        key={asks}
        asked={asked}
        onAsk={setAsked}
        onClear={() => askAnew(OPEN_ONES)}
        isSupervisor={isSupervisor}
      />
      <Done>{done}</Done>
      <ViewSwitch view={view} onChange={setView} />
      <div className={openId > 0 ? "grid items-start gap-x-4 lg:grid-cols-[minmax(0,1fr)_400px]" : ""}>
        <div className="min-w-0">
          {view === "week" && list.data ? (
            <Calendar asked={asked} now={now} onHour={showHour} />
          ) : (
            <CallbackList list={list} now={now} openId={openId} isSupervisor={isSupervisor} onDone={setDone} />
          )}
        </div>
        {openId > 0 && <Story key={openId} id={openId} isSupervisor={isSupervisor} onDone={setDone} />}
      </div>
    </>
  );
}
