"use client";
import { useNames } from "../_ui/names.ts";

/** Makes a stored sentence one for its reader: with people's names. Messages say no time of day, so the moment is not asked. */
export function useReadable(): (sentence: string, at: string) => string {
  return useNames();
}
