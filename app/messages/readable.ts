"use client";
import { useNames } from "../_ui/names.ts";
import { onOwnClock } from "../_ui/time.ts";

/** Makes a stored sentence one for its reader: with people's names, and its times on the reader's clock. `at`: a moment of the same day. */
export function useReadable(): (sentence: string, at: string) => string {
  const named = useNames();
  return (sentence, at) => onOwnClock(named(sentence), at);
}
