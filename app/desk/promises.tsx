"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Pending } from "#client/desk";
import { Button, Failure } from "../_ui/form.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { PromiseCard } from "./promise-card.tsx";

type Props = {
  agentId: number;
  callbacks: Pending["callbacks"];
  query: UseQueryResult<Pending>;
  isHere: boolean;
};

/** What is due within ten minutes or late. While the pointer or the focus is in it, nothing in it moves. */
export function Promises({ agentId, callbacks, query, isHere }: Props) {
  const { shown, fresh, refresh, hold } = useSteady(callbacks, ({ id }) => id);
  return (
    <section className="panel promises" aria-label="My promises" {...hold}>
      <h2>My promises{shown.length > 0 && ` · ${shown.length}`}</h2>
      {fresh > 0 && (
        <Button onClick={refresh} className="button plain mx-4 mb-2">
          {fresh} new
        </Button>
      )}
      {query.data === undefined && <Failure error={query.error} />}
      {query.isPending && <p className="px-4 text-muted">Loading…</p>}
      {query.data && shown.length === 0 && (
        <p className="px-4 pb-2 text-muted">
          Nothing is due within ten minutes. What you promise, and what is given to you, appears here by itself.
        </p>
      )}
      <ul>
        {shown.map((callback) => (
          <PromiseCard key={callback.id} agentId={agentId} callback={callback} isHere={isHere} />
        ))}
      </ul>
    </section>
  );
}
