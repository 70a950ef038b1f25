"use client";
import { useEffect } from "react";

/** Shows a count in the title of the tab, such as "(3) Desk", so that the reader notices it from another tab. */
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
