"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import { Fragment, useRef } from "react";
import type { Pending, ShownPromise } from "#client/desk";
import { secondsNow, useOfSeconds } from "../_ui/clock.ts";
import { useCountInTitle } from "../_ui/count-in-title.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { counted } from "../_ui/words.ts";
import { CustomerRow } from "./customer-row.tsx";
import { useKeptFocus } from "./focus.ts";
import { partsOf, rowsOf } from "./rows.ts";
import { hasFailed } from "./use-last-seen.ts";

type Props = {
  agentId: number;
  name: string;
  callbacks: ShownPromise[];
  query: UseQueryResult<Pending>;
  isHere: boolean;
};

/** Shown before the first list has come; says so when a request has failed. */
function Unknown({ query }: Pick<Props, "query">) {
  if (!hasFailed(query)) return <p className="px-4 pb-2 text-muted">Loading…</p>;
  return (
    <>
      <Failure error={query.error} />
      <p className="px-4 pb-2 text-muted">
        This browser has kept no list. What was promised is safe at the server, and appears here once Ringback answers.
      </p>
    </>
  );
}

/**
 * The promises that are due within ten minutes or late, one row per person. While the pointer or the focus is in the list, no row
 * moves.
 */
export function Promises({ agentId, name, callbacks, query, isHere }: Props) {
  const { shown, fresh, refresh, hold } = useSteady(callbacks, ({ id }) => id);
  const section = useRef<HTMLElement>(null);
  useKeptFocus(section);
  const rows = rowsOf(shown);
  // Drawn again when a row becomes late, not every second.
  useOfSeconds((now) => partsOf(rows, now).late.length);
  const { late, next, waiting, elsewhere } = partsOf(rows, secondsNow());
  useCountInTitle(late.length);
  const first = late[0] ?? next[0] ?? waiting[0] ?? elsewhere[0];
  const parts = [
    { title: "Late", colour: "text-late", rows: late },
    { title: "Due and next 10 minutes", colour: "text-soon", rows: next },
    { title: "Waiting for decent hours", rows: waiting },
    { title: "Yours, with a colleague for now", rows: elsewhere },
  ].filter((part) => part.rows.length > 0);
  return (
    <section ref={section} className="panel promises" aria-label="My callbacks" {...hold}>
      <div className="flex items-baseline justify-between gap-2 px-4 pb-2">
        <h2 tabIndex={-1}>My callbacks</h2>
        <span className="text-muted text-small leading-none">
          {rows.length > 0 && counted(rows.length, "person", "people")}
          {shown.length > rows.length && `, ${counted(shown.length, "promise")}`}
        </span>
      </div>
      {fresh > 0 && (
        <Button onClick={refresh} className="button plain mx-4 mb-2">
          {fresh} new
        </Button>
      )}
      {query.data === undefined && <Unknown query={query} />}
      {query.data && rows.length === 0 && (
        <p className="px-4 pb-2 text-muted">
          Nothing is due within ten minutes. What you promise, and what is given to you, appears here by itself.
        </p>
      )}
      {parts.map(({ title, colour, rows: people }) => (
        <Fragment key={title}>
          <h3 className={colour}>
            {title} {people.length}
          </h3>
          <ul aria-label={title}>
            {people.map((row) => (
              <CustomerRow key={row.userId} {...{ agentId, name, row, isHere }} isFirst={row === first} />
            ))}
          </ul>
        </Fragment>
      ))}
    </section>
  );
}
