"use client";
import { useState } from "react";
import { useTasks } from "#client/cursor-tasks";
import { Done } from "../_ui/form.tsx";
import { useAddress } from "../_ui/address.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { goToPlace, placeOf } from "./address.ts";
import { Counts } from "./counts.tsx";
import { Filters } from "./filters.tsx";
import { Parked, Refused } from "./parked.tsx";
import { Story } from "./story.tsx";
import { TaskList } from "./task-list.tsx";

/** All tasks with their states, and the open story. The address selects the filter and the story. */
export function Tasks() {
  const place = placeOf(useAddress());
  const { taskId: openId, ...asked } = place;
  const [done, setDone] = useState<string | null>(null);
  const list = useTasks(asked);
  const now = useDeskClock();
  const latest = list.data?.pages[0];
  const open = (taskId: string) => goToPlace({ ...asked, taskId });
  return (
    <>
      <Filters asked={asked} onAsk={(next) => goToPlace({ ...next, state: asked.state, taskId: openId })} />
      {/* Below the filters, which would move when the numbers of a narrow page come, in rows of two. */}
      <Counts of={latest} chosen={asked.state} onChoose={(state) => goToPlace({ ...place, state })} />
      <Done>{done}</Done>
      <div className={openId ? "grid items-start gap-x-4 lg:grid-cols-[minmax(0,1fr)_440px]" : "contents"}>
        {/* Drawn anew when the list comes, so that the notices above it move nothing. */}
        <div key={latest ? "loaded" : "loading"} className="min-w-0">
          <Parked results={latest?.parked ?? 0} />
          <Refused hooks={latest?.refused ?? []} />
          <TaskList list={list} asked={asked} now={now} openId={openId} onOpen={open} />
        </div>
        {openId && (
          <Story key={openId} taskId={openId} onClose={() => goToPlace(asked)} onDone={setDone} onGo={goToPlace} />
        )}
      </div>
    </>
  );
}
