"use client";
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Desk, Pending } from "#client/desk";
import { pageOwner } from "#lib/browser/api";
import { keepSeen, readSeen } from "../_ui/desk-shell.ts";

type LastSeen = { desk: Desk; pending: Pending };

/** Said of an age, nothing is kept more often than that while nothing changes. */
const KEPT_EVERY_MS = 60_000;

/** There is no answer yet, and at least one attempt to get it has failed. A query without an answer forgets that when it asks again. */
export function hasFailed({ data, failureCount, errorUpdateCount }: UseQueryResult<unknown>): boolean {
  return data === undefined && failureCount + errorUpdateCount > 0;
}

/**
 * Shows what this browser has kept of the desk on a page that opens while Ringback cannot be reached. Whether what is shown
 * came from the server since the page was opened.
 */
export function useLastSeen(
  agentId: number,
  desk: UseQueryResult<Desk>,
  pending: UseQueryResult<Pending>,
): { isAnswered: boolean } {
  const queries = useQueryClient();
  const [seen, setSeen] = useState<LastSeen | null>(null);
  const isUnanswered = hasFailed(pending) || hasFailed(desk);
  useEffect(() => {
    const owner = pageOwner();
    if (!isUnanswered || owner === null) return;
    const reading = readSeen<LastSeen>(owner).then((found) => {
      if (found === null) return;
      setSeen(found.seen);
      for (const [part, data] of Object.entries(found.seen))
        queries.setQueryData(["desk", agentId, part], (known: unknown) => known ?? data, { updatedAt: found.at });
    });
    // What cannot be read is not shown, and the page says that nothing is there.
    reading.catch(() => undefined);
  }, [isUnanswered, agentId, queries]);
  return { isAnswered: pending.data !== undefined && pending.data !== seen?.pending };
}

/** Keeps what the desk shows in this browser, for a page that opens later; once the page itself is kept. */
export function useKeptSeen(isKept: boolean, desk: Desk | undefined, pending: UseQueryResult<Pending>): void {
  const { data, dataUpdatedAt } = pending;
  const minute = Math.floor(dataUpdatedAt / KEPT_EVERY_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each minute counts, so that the age that is said is true.
  useEffect(() => {
    const owner = pageOwner();
    if (owner === null || !isKept || !desk || !data) return;
    const shown: LastSeen = { desk, pending: data };
    void keepSeen(owner, shown, dataUpdatedAt).catch(() => undefined);
  }, [isKept, minute, desk, data]);
}
