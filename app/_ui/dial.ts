"use client";

const DIALLING_MS = 2_000;
let dialledAt = Number.NEGATIVE_INFINITY;
/** The call that a button of this page has taken, until its form opens; and the call whose form is open. */
let taken: string | null = null;
let open: { callId: string; link: string | null } | null = null;

/** Dials the call that a button of this page has taken, as soon as its form is open. No other call is ever dialled by itself. */
export function dialTaken(callId: string): void {
  taken = callId;
  dialIfBoth();
}

/** The form of a call has opened; `link` is null where the number cannot be dialled. */
export function formOpened(callId: string, link: string | null): void {
  open = { callId, link };
  dialIfBoth();
}

function dialIfBoth(): void {
  if (taken === null || taken !== open?.callId) return;
  taken = null;
  if (open.link !== null) dial(open.link);
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
