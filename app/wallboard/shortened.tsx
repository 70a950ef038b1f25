"use client";
import { type ReactNode, useState } from "react";
import { Button } from "../_ui/form.tsx";
import { counted } from "../_ui/words.ts";

type Props<R> = { rows: readonly R[]; first: number; more: string; children: (row: R) => ReactNode };

/** The first rows of a list, and the others on request; `more` names one of those. */
export function Shortened<R>({ rows, first, more, children }: Props<R>) {
  const [isWhole, setWhole] = useState(false);
  // A button that hides one row takes the place of that row.
  const left = rows.length === first + 1 ? 0 : rows.length - first;
  return (
    <>
      <ul className="wall-list">{(isWhole || left === 0 ? rows : rows.slice(0, first)).map(children)}</ul>
      {left > 0 && (
        <Button aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : counted(left, more)}
        </Button>
      )}
    </>
  );
}
