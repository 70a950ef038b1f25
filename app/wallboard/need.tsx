"use client";
import Link from "next/link";
import { LATE_AFTER_SECONDS, useReassign } from "#client/callbacks";
import type { Wallboard } from "#client/monitoring";
import { storyAddress } from "../callbacks/address.ts";
import { CustomerLink } from "../_ui/customer-link.tsx";
import { notifyError } from "../_ui/notices.tsx";
import { useSayMoved } from "../_ui/say-moved.ts";
import { countdown, exactly } from "../_ui/time.ts";
import { HandOver } from "./hand-over.tsx";
import { useNow, useSecondsSince } from "./now.tsx";
import { hourOf } from "./words.ts";

type Row = Wallboard["needsYou"][number];
type Agents = Wallboard["agents"];

/** One row that needs a supervisor: the customer, a sentence, and the action. In full screen the customer has no name. */
export function Need({ row, agents, isNamed }: { row: Row; agents: Agents; isNamed: boolean }) {
  const seconds = useSecondsSince(row.since);
  const { state, tag } = signOf(row, seconds);
  const who = isNamed && row.userName ? row.userName : `customer ${row.userId}`;
  return (
    <li className="wall-need">
      <span className={`tag ${state}`} title={exactly(row.since)}>
        {tag}
      </span>
      <span>
        {row.userId !== null && (
          <>
            <CustomerLink userId={row.userId}>
              <strong>{who}</strong>
            </CustomerLink>
            ,{" "}
          </>
        )}
        {row.callbackId !== null && row.kind !== "no_outcome" ? (
          <Link
            href={storyAddress(row.callbackId)}
            prefetch={false}
            aria-label={`Open callback ${row.callbackId}, ${sentenceOf(row)}`}
            className="text-inherit"
          >
            {sentenceOf(row)}
          </Link>
        ) : (
          sentenceOf(row)
        )}
      </span>
      <Action row={row} agents={agents} who={who} />
    </li>
  );
}

/** Several rows of one agent that are due or late, all of which can move to another agent at once; `held`: how many the agent has. */
export type Several = {
  agent: string;
  agentId: number;
  callbackIds: number[];
  since: readonly string[];
  held: number;
};

/** The row above those of one agent; it calls late what each of them calls late. */
export function SeveralWith({ agent, agentId, callbackIds, since, held, agents }: Several & { agents: Agents }) {
  const now = useNow();
  const late = since.filter((at) => now - Date.parse(at) > LATE_AFTER_SECONDS * 1_000).length;
  const { mutate, isPending } = useReassign();
  const done = useSayMoved();
  return (
    <li className="wall-need">
      <span className={`tag ${late > 0 ? "late" : "soon"}`}>{late > 0 ? `${late} late` : `${since.length} due`}</span>
      <span>
        <strong>{agent}</strong> {severalWords(since.length, late, held)}
      </span>
      <HandOver
        label="Move all"
        what={`of ${agent}`}
        agents={agents}
        but={agentId}
        isBusy={isPending}
        onChoose={(toAgentId) =>
          mutate(
            // Only those that the row counts: what is promised for later stays.
            { callbackIds, agentId: toAgentId },
            {
              onSuccess: ({ message, data }) => done(message, { callbackIds: data.callbackIds, moved: "reassigned" }),
              onError: notifyError,
            },
          )
        }
      />
    </li>
  );
}

/** "has 5 that are due, 2 of them late."; of callbacks that nobody has yet, the agent was asked for. */
export function severalWords(count: number, late: number, held: number): string {
  const has = held === count ? "has" : held === 0 ? "is asked for in" : "has or is asked for in";
  if (late === count) return `${has} ${count} that are late.`;
  return `${has} ${count} that are due${late > 0 ? `, ${late} of them late` : ""}.`;
}

function signOf({ kind, snoozes }: Row, seconds: number): { state: string; tag: string } {
  if (kind === "overdue")
    return seconds > LATE_AFTER_SECONDS
      ? { state: "late", tag: `late ${countdown(seconds)}` }
      : { state: "soon", tag: `due ${countdown(seconds)}` };
  if (kind === "not_queued") return { state: "late", tag: `not queued ${countdown(seconds)}` };
  if (kind === "open_ledger") return { state: "late", tag: "out of balance" };
  if (kind === "set_aside") return { state: "soon", tag: "set aside" };
  if (kind === "no_outcome") return { state: "soon", tag: "no outcome" };
  return { state: "soon", tag: `snoozed ${snoozes}×` };
}

function sentenceOf(row: Row): string {
  const { kind, agent, since, promisedFor, snoozesLeft, whyNotQueued } = row;
  if (kind === "open_ledger")
    return `The check of the queue at ${hourOf(since)} does not add up; npm run verify says more.`;
  if (kind === "no_outcome") return `call${agent ? ` with ${agent}` : ""} ended ${hourOf(since)}.`;
  const promised = hourOf(promisedFor ?? since);
  const moved = promisedFor === since ? "" : `, moved to ${hourOf(since)}`;
  const what = `promised ${promised}${moved}`;
  if (kind === "set_aside") return `${what}: ${whyNotQueued ?? "it could not be queued three times in a row"}.`;
  if (kind === "last_snooze") return `${what}, ${withWhom(row)}: ${LEFT[snoozesLeft] ?? "few snoozes left"}.`;
  if (kind === "not_queued") return `${what}: ${whyNotQueued ?? "it is in no queue"}.`;
  return `${what}, ${withWhom(row)}.`;
}

/** Who has it; for one that nobody has, whom it was asked for. */
export function withWhom({ agent, isHeld }: Pick<Row, "agent" | "isHeld">): string {
  if (agent === null) return "with no agent yet";
  return isHeld ? `with ${agent}` : `asked for ${agent}, with no agent yet`;
}

const LEFT = ["no snooze left", "one snooze left"];

function Action({ row, agents, who }: { row: Row; agents: Agents; who: string }) {
  const { kind, callbackId, agentId } = row;
  const { mutate, isPending } = useReassign();
  const done = useSayMoved();
  const give = (id: number, to: number | null) =>
    mutate(
      { callbackIds: [id], agentId: to },
      {
        onSuccess: ({ message, data: { callbackIds } }) =>
          done(`${who}: ${message}`, { callbackIds, moved: "reassigned" }),
        onError: notifyError,
      },
    );
  if (callbackId === null || kind === "no_outcome") return null;
  return (
    <HandOver
      label="Reassign"
      what={who}
      agents={agents}
      but={agentId}
      isBusy={isPending}
      onChoose={(to) => give(callbackId, to)}
    />
  );
}
