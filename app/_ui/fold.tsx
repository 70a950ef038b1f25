"use client";
import { type ReactNode, useState } from "react";
import { Button } from "./form.tsx";

/**
 * Filters that lie behind one button on a narrow page, where they would fill the first screen; the search stays. `fold` belongs on
 * the element with the class `filters`, and `unfold` is the button, with the number of filters that are set.
 */
export function useFold(set: readonly unknown[]): { fold: { "data-folded": boolean }; unfold: ReactNode } {
  const [isOpen, setOpen] = useState(false);
  const count = set.filter(Boolean).length;
  return {
    fold: { "data-folded": !isOpen },
    unfold: (
      <Button type="button" className="button plain unfold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Filters
        {count > 0 && (
          <>
            <span className="figure"> {count}</span>
            <span className="sr-only"> set</span>
          </>
        )}
      </Button>
    ),
  };
}
