"use client";
import type { ReactNode } from "react";
import { Arrow } from "./arrow.tsx";
import { Button, Failure } from "./form.tsx";
import { Scrolls } from "./scrolls.tsx";

/** A read of a whole list, or of its pages. */
type Read = {
  isPending: boolean;
  error: Error | null;
  refetch: () => Promise<unknown>;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => Promise<unknown>;
};

export type Sort = { direction: "ascending" | "descending" | null; press: () => void };

type Props = {
  list: Read;
  /** The name of the list, for screen readers. */
  label: string;
  columns: readonly string[];
  /** The columns of numbers, which end where their heading does. */
  numbers?: readonly string[];
  /** The columns that can sort the list, each with its direction when it does, and what a press on it does. */
  sort?: Readonly<Record<string, Sort>>;
  /** The text of an empty list. */
  empty: string;
  children: readonly ReactNode[];
};

/** A table of a whole list or of its pages, with its texts while it loads, when it is empty and when it failed. */
export function Listing({ list, label, columns, numbers = [], sort, empty, children }: Props) {
  if (list.isPending) return <p className="panel text-muted">Loading…</p>;
  if (list.error && children.length === 0)
    return (
      <div className="panel grid gap-3 justify-items-start">
        <Failure error={list.error} />
        <Button onClick={() => void list.refetch()}>Try again</Button>
      </div>
    );
  if (children.length === 0) return <p className="panel text-muted">{empty}</p>;
  return (
    <Scrolls label={label} className="panel">
      <table className="stacks">
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column} column={column} isNumber={numbers.includes(column)} sort={sort?.[column]} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
      <Failure error={list.error} />
      {list.hasNextPage && (
        <Button isBusy={list.isFetchingNextPage === true} onClick={() => void list.fetchNextPage?.()}>
          Show more
        </Button>
      )}
    </Scrolls>
  );
}

/** The head of a column; a button when the list can be sorted by it. */
function Head({ column, isNumber, sort }: { column: string; isNumber: boolean; sort: Sort | undefined }) {
  if (!sort)
    return (
      <th scope="col" className={isNumber ? "number" : undefined}>
        {column}
      </th>
    );
  const { direction, press } = sort;
  return (
    <th scope="col" aria-sort={direction ?? "none"}>
      <button type="button" className="plain-button" onClick={press} title={`Sort by ${column.toLowerCase()}`}>
        {column}
        <span className={direction ? undefined : "invisible"}>
          <Arrow isUp={direction !== "descending"} />
        </span>
      </button>
    </th>
  );
}
