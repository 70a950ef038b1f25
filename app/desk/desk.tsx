"use client";
import type { ReactNode } from "react";
import { isOutcomeKept, useDesk, usePending, useReport, useUnsent } from "#client/desk";
import { notifyError, say } from "../_ui/notices.tsx";
import { Failure } from "../_ui/form.tsx";
import { later } from "../_ui/later.tsx";
import { useHasLearnt } from "./has-learnt.ts";
import { Hero } from "./hero.tsx";
import { useLeftToLearn } from "./learn.ts";
import { LeftDrafts } from "./left-drafts.tsx";
import { MyDay } from "./my-day.tsx";
import { Promises } from "./promises.tsx";
import { dayWith, heroOf, rowsWith, upcomingOf } from "./rows.ts";
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

// Shown only where this browser has learnt something from notes.
const Proposals = later(async () => (await import("./from-notes.tsx")).Proposals);
const KnownFromNotes = later(async () => (await import("./from-notes.tsx")).KnownFromNotes);
const Reports = later(async () => (await import("./reports.tsx")).Reports);
const RuleRecords = later(async () => (await import("./rule-records.tsx")).RuleRecords);

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
  const hasLearnt = useHasLearnt(agentId);
  const isInCall = desk.data?.hero?.call != null;
  const timesKept = useShell(isAnswered && desk.data !== undefined, { agentId, isInCall, hasLearnt });
  useKeptSeen({ isAnswered, timesKept, desk: desk.data, pending });
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
          {isKnown && <MyDay day={desk.data && dayWith(desk.data.day, listed, unsent)} />}
          {isKnown && hasLearnt && (
            <>
              <Reports agentId={agentId} isAway={status === "break" || status === "offline"} />
              <RuleRecords agentId={agentId} />
            </>
          )}
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
            upcoming={upcomingOf(callbacks)}
            isSaved={isOutcomeKept(unsent, hero?.call?.id)}
            report={report}
          />
          {children}
          {isKnown && hasLearnt && <Proposals agentId={agentId} />}
        </div>
        <StoryOf
          userId={mine}
          offered={mine === null ? (hero?.user?.name ?? null) : null}
          reader={desk.data?.agent.name ?? name}
        >
          {mine && hasLearnt && <KnownFromNotes agentId={agentId} userId={mine} />}
        </StoryOf>
      </div>
      {keys.dialog}
    </main>
  );
}
