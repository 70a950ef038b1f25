"use client";
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Desk, Pending } from "#client/desk";
import { pageOwner } from "#lib/browser/api";
import { keepSeen, readSeen } from "../_ui/desk-shell.ts";

type LastSeen = { desk: Desk; pending: Pending };

/** While only the age changes, the stored copy is rewritten at most this often. */
const KEPT_EVERY_MS = 60_000;

/** No answer has come yet, and at least one request has failed. A query without an answer forgets that when it is retried. */
export function hasFailed({ data, failureCount, errorUpdateCount }: UseQueryResult<unknown>): boolean {
  return data === undefined && failureCount + errorUpdateCount > 0;
}

/**
 * Shows the stored copy of the desk on a page that opens while Ringback cannot be reached. Returns whether the shown data came
 * from the server since the page was opened.
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
    // A copy that cannot be read is not shown, and the page says that there is none.
    reading.catch(() => undefined);
  }, [isUnanswered, agentId, queries]);
  return { isAnswered: pending.data !== undefined && pending.data !== seen?.pending };
}

type Shown = { isAnswered: boolean; timesKept: number; desk: Desk | undefined; pending: UseQueryResult<Pending> };

/**
 * Stores the shown desk in this browser, for a page that opens later: at once where an earlier page of this person is stored, and
 * again whenever this one was.
 */
export function useKeptSeen({ isAnswered, timesKept, desk, pending }: Shown): void {
  const { data, dataUpdatedAt } = pending;
  const minute = Math.floor(dataUpdatedAt / KEPT_EVERY_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each minute counts, so that the age that is said is true, and so does each time the page was stored.
  useEffect(() => {
    const owner = pageOwner();
    if (owner === null || !isAnswered || !desk || !data) return;
    const shown: LastSeen = { desk, pending: data };
    void keepSeen(owner, shown, dataUpdatedAt).catch(() => undefined);
  }, [isAnswered, timesKept, minute, desk, data]);
}
