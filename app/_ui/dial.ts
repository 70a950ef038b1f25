"use client";

const DIALLING_MS = 2_000;
let dialledAt = Number.NEGATIVE_INFINITY;
let isWanted = false;

/** The next call that comes up on this page is to be dialled at once: its button said so. */
export function dialNextCall(): void {
  isWanted = true;
}

/** Dials the call that has come up, if that was asked for; `link` is null where the number cannot be dialled. */
export function dialIfWanted(link: string | null): void {
  if (!isWanted) return;
  isWanted = false;
  if (link !== null) dial(link);
}

/** Opens what dials: the telephone of this machine, or the page of a softphone in a window of its own. */
export function dial(link: string): void {
  dialledAt = performance.now();
  if (/^https?:/.test(link)) window.open(link, "ringback-softphone");
  else location.href = link;
}

/** Whether the page is being asked to leave only because a number is dialled. */
export function isDialling(): boolean {
  return performance.now() - dialledAt < DIALLING_MS;
}
