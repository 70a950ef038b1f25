"use client";

const DIALLING_MS = 2_000;
let dialledAt = Number.NEGATIVE_INFINITY;
let isWanted = false;

/** Requests that the next call that appears on this page is dialled at once, as its button says. */
export function dialNextCall(): void {
  isWanted = true;
}

/** Dials the call that has appeared, if that was requested; `link` is null where the number cannot be dialled. */
export function dialIfWanted(link: string | null): void {
  if (!isWanted) return;
  isWanted = false;
  if (link !== null) dial(link);
}

/** Opens the telephone of this machine, or the page of a softphone in a window of its own. */
export function dial(link: string): void {
  dialledAt = performance.now();
  if (/^https?:/.test(link)) window.open(link, "ringback-softphone");
  else location.href = link;
}

/** Whether the page is being left only because a number is dialled. */
export function isDialling(): boolean {
  return performance.now() - dialledAt < DIALLING_MS;
}
