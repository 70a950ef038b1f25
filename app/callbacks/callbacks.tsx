"use client";
import { useState } from "react";
import { useCallbacks } from "#client/callbacks";
import { useUnsent } from "#client/desk";
import { useAddress } from "../_ui/address.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { say } from "../_ui/notices.tsx";
import { useUnsentReport } from "../_ui/use-unsent-report.ts";
import { useSettled } from "../_ui/use-settled.ts";
import { askedBy, change } from "./address.ts";
import { Calendar } from "./calendar.tsx";
import { CallbackList } from "./callback-list.tsx";
import { Filters } from "./filters.tsx";
import { SavedViews } from "./saved-views.tsx";
import { Story } from "./story.tsx";
import { ViewSwitch } from "./view-switch.tsx";

/** What an agent does here goes through the queue of the browser, too, so what it holds is reported from here as from the desk. */
function UnsentReport({ agentId, answeredAt }: { agentId: number; answeredAt: number }) {
  useUnsentReport(agentId, useUnsent(answeredAt));
  return null;
}

/** Fewer letters find everybody. */
const LEAST_LETTERS = 2;

/** Every promise the reader may see, as a list or a week, and the story of the one that is open. */
export function Callbacks({ agentId }: { agentId: number | null }) {
  const isSupervisor = agentId === null;
  const address = useAddress();
  const now = useDeskClock();
  const openId = Number(address.get("id"));
  const view = address.get("view") === "week" ? "week" : "list";
  const [search, setSearch] = useState("");
  const words = useSettled(search.trim(), 300);
  const { show, ...asked } = askedBy(address, now);
  const wanted = { ...asked, ...(words.length >= LEAST_LETTERS && { search: words }) };
  const list = useCallbacks(wanted);
  return (
    <>
      {agentId !== null && <UnsentReport agentId={agentId} answeredAt={list.dataUpdatedAt} />}
      <Filters asked={{ ...asked, show }} search={search} onSearch={setSearch} isSupervisor={isSupervisor}>
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
              onHour={(from, to) =>
                change({ from, to, view: null, show: show === "late" || show === "today" ? null : show })
              }
            />
          ) : (
            <CallbackList
              list={list}
              openId={openId}
              isSupervisor={isSupervisor}
              isDescending={asked.order === "newest"}
              onDone={say}
            />
          )}
        </div>
        {openId > 0 && <Story key={openId} id={openId} agentId={agentId} onDone={say} />}
      </div>
    </>
  );
}
