"use client";

const LEAVING_MS = 2_000;
let leftAt = Number.NEGATIVE_INFINITY;
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
  leaveUnasked();
  if (/^https?:/.test(link)) window.open(link, "ringback-softphone");
  else location.href = link;
}

/** The page is about to be left on purpose, so the browser need not ask: a link is dialled, or the person has confirmed it. */
export function leaveUnasked(): void {
  leftAt = performance.now();
}

/** Whether the page is being left on purpose at this moment. */
export function isLeftOnPurpose(): boolean {
  return performance.now() - leftAt < LEAVING_MS;
}
