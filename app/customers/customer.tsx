"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useCallbacks } from "#client/callbacks";
import { type Story, useStory } from "#client/desk";
import { goTo } from "../_ui/address.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { HappenedList } from "../_ui/happened.tsx";
import { dayAndTime, dayOnly, placeOf } from "../_ui/time.ts";
import { CustomerMessages } from "./messages.tsx";
import { Numbers } from "./numbers.tsx";
import { Promised } from "./promised.tsx";

// Loaded only for a person who promises something, and only for agents the proposals from their notes.
const Proposals = dynamic(() => import("../desk/from-notes.tsx").then((notes) => notes.Proposals), { ssr: false });
const NewCallbackDialog = dynamic(() => import("../_ui/new-callback-dialog.tsx"), { ssr: false });

/** Everything about one customer: numbers, promises, open requirements, and the timeline. */
export function Customer({ userId, agentId }: { userId: string; agentId: number | null }) {
  const { data, error } = useStory(userId);
  if (!data)
    return (
      <>
        <h1>Customer</h1>
        {error ? <Failure error={error} /> : <p className="panel text-muted">Loading…</p>}
        <Button onClick={() => goTo("/customers")}>Find another customer</Button>
      </>
    );
  return <Known userId={userId} agentId={agentId} story={data} />;
}

function Known({ userId, agentId, story }: { userId: string; agentId: number | null; story: Story }) {
  const now = useDeskClock();
  const [isPromising, setPromising] = useState(false);
  const promised = useCallbacks({ userId, order: "newest" });
  const { user, open, numbers } = story;
  const isSupervisor = agentId === null;
  return (
    <>
      <div className="customer-head">
        <div className="min-w-0">
          <h1 className="wrap-anywhere">
            <bdi>{user.name}</bdi>
          </h1>
          <p className="m-0 text-muted">
            Customer {user.id} · {dayAndTime(new Date(now).toISOString(), now, user.timeZone)} in{" "}
            {placeOf(user.timeZone)}
            {!user.isZoneKnown && " (zone unknown, a guess)"}
            {user.email && <> · {user.email}</>}
          </p>
        </div>
        <div className="flex flex-none flex-wrap gap-2">
          <Button kind="main" onClick={() => setPromising(true)}>
            New callback
          </Button>
          <Button onClick={() => goTo("/customers")}>Find another</Button>
        </div>
      </div>
      <div className="customer-page">
        <div className="min-w-0">
          <h2>Numbers</h2>
          <Numbers userId={userId} userName={user.name} numbers={numbers} isSupervisor={isSupervisor} />
          {agentId !== null && <Proposals agentId={agentId} userId={userId} />}
          <h2>Promised</h2>
          <Promised list={promised} now={now} />
          {isSupervisor && !promised.isPending && (
            <>
              <h2>Messages</h2>
              <CustomerMessages userId={userId} />
            </>
          )}
        </div>
        <div className="min-w-0">
          <h2>Open requests</h2>
          <ul className="panel grid gap-2 text-small">
            {open.map(({ what, since }) => (
              <li key={`${what}${since}`}>
                <span className="tag soon">open</span> {what}, since {dayOnly(since, now)}
              </li>
            ))}
            {open.length === 0 && <li className="text-muted">Nothing is open.</li>}
          </ul>
          <h2>History</h2>
          <section className="panel" aria-label="History">
            <HappenedList story={story.story} now={now} />
          </section>
        </div>
      </div>
      {isPromising && (
        <NewCallbackDialog
          agentId={agentId}
          of={{ userId, name: user.name, timeZone: user.timeZone }}
          onClose={() => setPromising(false)}
        />
      )}
    </>
  );
}
