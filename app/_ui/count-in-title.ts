"use client";
import { useEffect } from "react";

/** Counts in the tab's title what waits for the reader, such as "(3) Desk", so that another tab can be looked at meanwhile. */
export function useCountInTitle(count: number): void {
  useEffect(() => {
    if (count === 0) return;
    const before = document.title;
    document.title = `(${count}) ${before}`;
    return () => {
      if (document.title === `(${count}) ${before}`) document.title = before;
    };
  }, [count]);
}
