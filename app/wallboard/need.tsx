"use client";
import type { Wallboard } from "#client/monitoring";
import { useSecondsSince } from "./now.tsx";
import { countdown, exactly } from "../_ui/time.ts";
import { hourOf } from "./words.ts";

type Row = Wallboard["needsYou"][number];

/** One row that needs a supervisor: what it is, a sentence, and where to act on it. */
export function Need({ row }: { row: Row }) {
  const seconds = useSecondsSince(row.since);
  const { state, tag } = signOf(row, seconds);
  return (
    <li className="wall-need">
      <span className={`tag ${state}`} title={exactly(row.since)}>
        {tag}
      </span>
      <span>{sentenceOf(row)}</span>
      <Action row={row} />
    </li>
  );
}

function signOf({ kind, snoozes }: Row, seconds: number): { state: string; tag: string } {
  if (kind === "overdue") return { state: "late", tag: `overdue ${countdown(seconds)}` };
  if (kind === "not_queued") return { state: "late", tag: `not queued ${countdown(seconds)}` };
  if (kind === "open_ledger") return { state: "late", tag: "out of balance" };
  if (kind === "set_aside") return { state: "soon", tag: "set aside" };
  if (kind === "no_outcome") return { state: "soon", tag: "no outcome" };
  return { state: "soon", tag: `snoozed ${snoozes}×` };
}

function sentenceOf({ kind, id, userId, agent, since, promisedFor, snoozesLeft }: Row): string {
  if (kind === "open_ledger") return `Tick ${id} at ${hourOf(since)} does not add up; npm run verify says more.`;
  if (kind === "no_outcome")
    return `Call ${id} of ${agent ?? "nobody"} ended ${hourOf(since)}; record what came of it.`;
  const promised = hourOf(promisedFor ?? since);
  const moved = promisedFor === since ? "" : `, moved to ${hourOf(since)}`;
  const what = `Callback ${id} of user ${userId}, promised ${promised}${moved}`;
  if (kind === "set_aside") return `${what}: three ticks running could not queue it.`;
  if (kind === "last_snooze")
    return `${what}, with ${agent ?? "no agent yet"}: ${LEFT[snoozesLeft] ?? "few snoozes left"}.`;
  if (kind === "not_queued") return `${what}: it is in no queue.`;
  return `${what}, ${agent ? `with ${agent}` : "with no agent yet"}.`;
}

const LEFT = ["no snooze left", "one snooze left"];

function Action({ row: { kind, id, callbackId } }: { row: Row }) {
  if (callbackId !== null)
    return (
      <a className="button plain" href={`/callbacks?id=${callbackId}`} aria-label={`Open callback ${callbackId}`}>
        Open
      </a>
    );
  if (kind === "no_outcome")
    return (
      <a className="button plain" href={`/api/debug/callback-investigation?callSessionId=${id}`}>
        Story
      </a>
    );
  return null;
}
