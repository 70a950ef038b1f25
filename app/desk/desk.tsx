"use client";
import type { ReactNode } from "react";
import { isOutcomeKept, useDesk, usePending, useReport, useUnsent } from "#client/desk";
import { notifyError, say } from "../_ui/notices.tsx";
import { Failure } from "../_ui/form.tsx";
import { KnownFromNotes, Proposals } from "./from-notes.tsx";
import { Hero } from "./hero.tsx";
import { useLeftToLearn } from "./learn.ts";
import { LeftDrafts } from "./left-drafts.tsx";
import { MyDay } from "./my-day.tsx";
import { Promises } from "./promises.tsx";
import { Reports } from "./reports.tsx";
import { RuleRecords } from "./rule-records.tsx";
import { heroOf, rowsWith } from "./rows.ts";
import { StatusBar } from "./status-bar.tsx";
import { StoryOf } from "./story.tsx";
import { KEPT } from "../_ui/kept-here.ts";
import { useUnsentReport } from "../_ui/use-unsent-report.ts";
import { NotKept, OfOthers, UnsentWork } from "./unsent-work.tsx";
import { useHeartbeat } from "./use-heartbeat.ts";
import { hasFailed, useKeptSeen, useLastSeen } from "./use-last-seen.ts";
import { useReminders } from "./use-reminders.ts";
import { useShell } from "./use-shell.ts";
import { useShortcuts } from "./use-shortcuts.tsx";

type Props = {
  agentId: number;
  name: string;
  /** The parts below the next call. */
  children: ReactNode;
};

/** The desk of an agent: promises, the next call, and the day so far. */
export function Desk({ agentId, name, children }: Props) {
  const desk = useDesk(agentId);
  const pending = usePending(agentId);
  const unsent = useUnsent(pending.dataUpdatedAt);
  const report = useReport(agentId, { kept: () => say(KEPT, "late"), failed: notifyError });
  const hero = heroOf(desk.data?.hero ?? null, unsent);
  // The person in the call has a place of their own.
  const inCall = hero?.call ? hero.user?.id : undefined;
  const listed = pending.data?.callbacks.filter(({ userId }) => userId !== inCall) ?? [];
  const callbacks = rowsWith(listed, unsent);
  const mine = hero?.isMine ? (hero.user?.id ?? null) : null;
  const status = desk.data?.agent.status ?? null;
  // The parts below the list and the next call are drawn once these have their height, so that they do not move.
  const isKnown = [desk, pending].every((query) => query.data !== undefined || hasFailed(query));
  useHeartbeat(agentId, status !== null && status !== "offline");
  useLeftToLearn(agentId);
  const reminders = useReminders(callbacks);
  const keys = useShortcuts();
  useUnsentReport(agentId, unsent);
  const { isAnswered } = useLastSeen(agentId, desk, pending);
  useKeptSeen(useShell(isAnswered), desk.data, pending);
  return (
    <main className="desk">
      <h1 className="sr-only">{name}'s desk</h1>
      <StatusBar
        desk={desk}
        pending={pending}
        unsent={unsent}
        report={report}
        reminders={reminders}
        onKeys={keys.open}
      />
      <Failure error={desk.data ? null : desk.error} />
      <div className="columns">
        <div className="side">
          <Promises
            agentId={agentId}
            name={desk.data?.agent.name ?? name}
            callbacks={callbacks}
            query={pending}
            isHere={status !== null && status !== "offline"}
          />
          {isKnown && <MyDay day={desk.data?.day} />}
          {isKnown && <Reports agentId={agentId} isAway={status === "break" || status === "offline"} />}
          {isKnown && <RuleRecords agentId={agentId} />}
        </div>
        <div className="middle">
          <NotKept />
          <UnsentWork unsent={unsent} />
          <OfOthers />
          {desk.data && <LeftDrafts agentId={agentId} callSessionId={hero?.call?.id ?? null} />}
          <Hero
            agentId={agentId}
            desk={desk.data && { ...desk.data, hero }}
            isUnanswered={hasFailed(desk)}
            upcoming={callbacks[0]}
            isSaved={isOutcomeKept(unsent, hero?.call?.id)}
            report={report}
          />
          {children}
          {isKnown && <Proposals agentId={agentId} />}
        </div>
        <StoryOf userId={mine}>{mine && <KnownFromNotes agentId={agentId} userId={mine} />}</StoryOf>
      </div>
      {keys.dialog}
    </main>
  );
}
