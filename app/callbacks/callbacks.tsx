"use client";
import { useState } from "react";
import { useCallbacks } from "#client/callbacks";
import { useUnsent } from "#client/desk";
import { useAddress } from "../_ui/address.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { useSayMoved } from "../_ui/say-moved.ts";
import { useUnsentReport } from "../_ui/use-unsent-report.ts";
import { useSettled } from "../_ui/use-settled.ts";
import { askedBy, change, COUNTED } from "./address.ts";
import { Calendar } from "./calendar.tsx";
import { CallbackList } from "./callback-list.tsx";
import { Filters } from "./filters.tsx";
import { SavedViews } from "./saved-views.tsx";
import { Story } from "./story.tsx";
import { ViewSwitch } from "./view-switch.tsx";

/**
 * An agent's actions here also go through the queue of the browser, so this screen reports what the queue holds, as the desk
 * does.
 */
function UnsentReport({ agentId, answeredAt }: { agentId: number; answeredAt: number }) {
  useUnsentReport(agentId, useUnsent(answeredAt));
  return null;
}

/** Shorter searches match almost everybody. */
const LEAST_LETTERS = 2;

/** All promises that the reader may see, as a list or a week, and the open story. */
export function Callbacks({ agentId }: { agentId: number | null }) {
  const isSupervisor = agentId === null;
  const address = useAddress();
  const now = useDeskClock();
  const openId = Number(address.get("id"));
  const view = address.get("view") === "week" ? "week" : "list";
  const [search, setSearch] = useState("");
  const settled = useSettled(search.trim(), 300);
  const words = settled.length >= LEAST_LETTERS ? settled : "";
  const { show, ...asked } = askedBy(address, now);
  const wanted = { ...asked, ...(words && { search: words }) };
  const list = useCallbacks(wanted);
  const done = useSayMoved();
  return (
    <>
      {agentId !== null && <UnsentReport agentId={agentId} answeredAt={list.dataUpdatedAt} />}
      <Filters
        asked={{ ...asked, show }}
        now={now}
        search={search}
        words={words}
        onSearch={setSearch}
        isSupervisor={isSupervisor}
      >
        <div className="view-row">
          <SavedViews />
          <ViewSwitch view={view} onChange={(next) => change({ view: next === "week" ? "week" : null })} />
        </div>
      </Filters>
      <div className={openId > 0 ? "with-story" : ""}>
        <div className="min-w-0">
          {view === "week" && list.data ? (
            <Calendar
              asked={wanted}
              now={now}
              onHour={(from, to) => change({ from, to, view: null, show: show === "today" ? null : show })}
            />
          ) : (
            <CallbackList
              list={list}
              asked={wanted}
              openId={openId}
              isSupervisor={isSupervisor}
              canSort={show in COUNTED}
              onDone={done}
            />
          )}
        </div>
        {openId > 0 && <Story key={openId} id={openId} agentId={agentId} onDone={done} />}
      </div>
    </>
  );
}
