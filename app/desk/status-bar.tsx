"use client";
import { type Desk, decidedOf, type Pending, type Status, type Unsent, type useReport } from "#client/desk";
import type { UseQueryResult } from "@tanstack/react-query";
import { useLost } from "../_ui/connection.ts";
import { Button } from "../_ui/form.tsx";
import { serverTimeOf } from "#lib/browser/clock";
import { useDeskClock, useSeconds } from "../_ui/clock.ts";
import { clockAt, countdown, span } from "../_ui/time.ts";
import { hasFailed } from "./use-last-seen.ts";
import type { Reminders } from "./use-reminders.ts";

const NAMES: Record<Status, string> = {
  available: "Available",
  break: "Break",
  on_call: "On call",
  offline: "Off shift",
};

type Props = {
  desk: UseQueryResult<Desk>;
  pending: UseQueryResult<Pending>;
  unsent: readonly Unsent[];
  report: ReturnType<typeof useReport>;
  reminders: Reminders;
  onKeys: () => void;
};

/** The agent's status, whether the page is live, and whether notifications are on. */
export function StatusBar({ desk, pending, unsent, report, reminders, onKeys }: Props) {
  const { status = null, statusSince = null, afterCall = null } = desk.data?.agent ?? {};
  const isOnCall = status === "on_call";
  const isKnown = desk.data !== undefined;
  const known = isOnCall ? afterCall : isKnown ? (status ?? "offline") : null;
  const decided = decidedOf(unsent) ?? known;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <fieldset className="segments">
        <legend className="sr-only">My status</legend>
        {(["available", "break", "offline"] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={decided === one}
            aria-disabled={report.isPending || !isKnown}
            className={one}
            onClick={() => isKnown && report.mutate(one)}
          >
            {NAMES[one]}
            {isOnCall && <span className={decided === one ? "" : "sr-only"}> after this call</span>}
          </button>
        ))}
      </fieldset>
      {isOnCall && <span className="tag accepted">{NAMES.on_call}</span>}
      {statusSince && <Since at={statusSince} />}
      <div className="ml-auto flex flex-wrap items-center gap-3">
        <Button className="button plain keys" onClick={onKeys} aria-keyshortcuts="?">
          Keys
        </Button>
        <Button onClick={reminders.toggle} aria-pressed={reminders.isOn}>
          {reminders.isOn ? "Reminders on" : "Remind me"}
        </Button>
        <Live query={pending} />
      </div>
    </div>
  );
}

function Since({ at }: { at: string }) {
  const now = useSeconds();
  return (
    <span className="text-muted text-small">
      for {countdown(Math.max(0, now - Math.floor(Date.parse(at) / 1_000)))}
    </span>
  );
}

function Live({ query }: { query: UseQueryResult<Pending> }) {
  const { failureCount, error, data, dataUpdatedAt } = query;
  const lost = useLost();
  const isLost = data === undefined ? hasFailed(query) : failureCount > 0 || error !== null || lost !== null;
  if (data === undefined && !isLost) return <span className="tag">loading</span>;
  return (
    <>
      {/* Where the page says that Ringback cannot be reached, it says the age, too. */}
      {isLost && data !== undefined && !lost?.at && <AsOf at={serverTimeOf(dataUpdatedAt)} />}
      <span role="status" className={isLost ? "tag late" : "tag kept"}>
        {isLost ? "not live" : "live"}
      </span>
    </>
  );
}

/** The age of the shown data, while no newer data can be read. */
function AsOf({ at }: { at: number }) {
  const now = useDeskClock();
  return (
    <span className="text-muted text-small">
      as of {clockAt(at)}, {span(now - at)} ago
    </span>
  );
}
