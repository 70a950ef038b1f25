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

type Props = {
  list: Read;
  /** The name of the list, for screen readers. */
  label: string;
  columns: readonly string[];
  /** The column that sorts the list, and its direction. */
  sort?: { column: string; isDescending: boolean; toggle: () => void };
  /** The text of an empty list. */
  empty: string;
  children: readonly ReactNode[];
};

/** A table of a whole list or of its pages, with its texts while it loads, when it is empty and when it failed. */
export function Listing({ list, label, columns, sort, empty, children }: Props) {
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
            {columns.map((column) =>
              column === sort?.column ? (
                <th key={column} scope="col" aria-sort={sort.isDescending ? "descending" : "ascending"}>
                  <button type="button" className="plain-button" onClick={sort.toggle}>
                    {column} <Arrow isUp={!sort.isDescending} />
                  </button>
                </th>
              ) : (
                <th key={column} scope="col">
                  {column}
                </th>
              ),
            )}
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
