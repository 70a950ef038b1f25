"use client";
import { type Desk, type PendingCallback, type Promised, type useReport, useTakeNext } from "#client/desk";
import { Button } from "../_ui/form.tsx";
import { notifyError } from "../_ui/notices.tsx";
import { useSeconds } from "../_ui/clock.ts";
import { clockAt, countdown, onOwnClock } from "../_ui/time.ts";
import { AfterCall } from "./after-call.tsx";
import { Customer } from "./customer.tsx";
import { Lease } from "./lease.tsx";
import { usePromiseActions } from "./use-promise-actions.ts";

type Props = {
  agentId: number;
  desk: Desk | undefined;
  /** The promise that is due first. */
  upcoming: PendingCallback | undefined;
  report: ReturnType<typeof useReport>;
};

/** The one big thing: the call under way, the one that is next, or what to do to get one. */
export function Hero({ agentId, desk, upcoming, report }: Props) {
  if (!desk) return <section className="panel hero" aria-busy="true" />;
  const { hero, agent } = desk;
  if (hero?.call)
    return (
      <div>
        {hero.call.endedAt === null && <Lease call={hero.call} name={hero.user?.name ?? "this person"} />}
        <section className="panel hero" aria-label={hero.call.endedAt ? "Call ended" : "In call"}>
          <Head title={hero.call.endedAt ? "Call ended" : "In call"} queueType={hero.queueType} />
          <Customer hero={hero} />
          {hero.call.endedAt ? (
            <p>The call ended at {clockAt(hero.call.endedAt)}. Write what came of it.</p>
          ) : (
            <Running since={hero.call.startedAt} />
          )}
        </section>
        <AfterCall key={hero.call.id} agentId={agentId} hero={hero} callSessionId={hero.call.id} />
      </div>
    );
  if (agent.status === null || agent.status === "offline")
    return (
      <section className="panel hero" aria-label="Next call">
        <Head title="Next call" queueType={null} />
        <p className="name">You are not here yet</p>
        <p>Start, and what was promised for now comes to you first.</p>
        <Button kind="main" isBusy={report.isPending} onClick={() => report.mutate("available")}>
          Start work
        </Button>
      </section>
    );
  if (!hero)
    return (
      <section className="panel hero" aria-label="Next call">
        <Head title="Next call" queueType={null} />
        {upcoming ? <Upcoming {...upcoming} /> : <p className="name">Nobody waits</p>}
        <p className="text-muted">A promise comes to the front by itself when its time has come.</p>
      </section>
    );
  return (
    <section className="panel hero" aria-label="Next call">
      <Head title="Next call" queueType={hero.queueType} tag={hero.callback?.status} />
      {hero.user ? <Customer hero={hero} /> : <p className="name">Somebody waits</p>}
      {hero.why && <p className="text-muted text-small">{onOwnClock(hero.why, desk.now)}</p>}
      <Begin agentId={agentId} accepted={acceptedIn(hero)} />
    </section>
  );
}

function Upcoming({ userName, scheduledFor }: PendingCallback) {
  const left = Math.floor(Date.parse(scheduledFor) / 1_000) - useSeconds();
  return (
    <>
      <p className="name">{userName}</p>
      <p>{left > 0 ? `in ${countdown(left)}. Accept to call sooner.` : "is due. Accept to call now."}</p>
    </>
  );
}

function Head({ title, queueType, tag }: { title: string; queueType: string | null; tag?: string | undefined }) {
  return (
    <div className="flex flex-wrap items-baseline gap-3">
      <h2>{title}</h2>
      {tag === "accepted" && <span className="tag accepted">accepted, at the front</span>}
      {queueType && <span className="ml-auto text-muted text-small">{queueType.replace("_", " ")}</span>}
    </div>
  );
}

function Running({ since }: { since: string }) {
  const seconds = Math.max(0, useSeconds() - Math.floor(Date.parse(since) / 1_000));
  return <p className="text-muted">Talking for {countdown(seconds)}</p>;
}

function acceptedIn({ callback, user }: NonNullable<Desk["hero"]>): Promised | null {
  if (callback?.status !== "accepted") return null;
  return { id: callback.id, userName: user?.name ?? "The promise" };
}

function Begin({ agentId, accepted }: { agentId: number; accepted: Promised | null }) {
  const take = useTakeNext(agentId, { failed: notifyError });
  const { release } = usePromiseActions(agentId);
  return (
    <div className="flex flex-wrap gap-2">
      <Button kind="main" isBusy={take.isPending} data-shortcut="n" aria-keyshortcuts="n" onClick={() => take.mutate()}>
        Start call
      </Button>
      {accepted && (
        <Button isBusy={release.isPending} onClick={() => release.mutate(accepted)}>
          Release
        </Button>
      )}
    </div>
  );
}
