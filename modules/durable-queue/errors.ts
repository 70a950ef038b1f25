import type { Reason } from "./task.ts";

export type QueueErrorCode =
  | "unknown_type"
  | "invalid_payload"
  | "too_large"
  | "lane_full"
  | "cycle"
  | "unknown_dependency"
  | "not_found"
  | "wrong_state"
  | "storage_full"
  | "slow_storage"
  | "volatile"
  | "blocked"
  | "outdated";

/**
 * Nothing was stored or changed, and the sentence says what to do. After `slow_storage` this is not known; the same id may be
 * enqueued again.
 */
export class QueueError extends Error {
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "QueueError";
    this.code = code;
  }
}

/** The names by which browsers report a lost connection. A transaction on it never began, or was rolled back. */
const LOST = ["InvalidStateError", "AbortError", "UnknownError", "TransactionInactiveError"];

/** Whether another connection may succeed where this one failed. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof DOMException && LOST.includes(error.name);
}

/** The sentence for people in place of the browser's own words. */
export function asQueueError(error: unknown): QueueError {
  if (error instanceof QueueError) return error;
  const name = error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") {
    return new QueueError(
      "storage_full",
      "This computer's disk is full, so nothing more can be kept here. Free some space.",
      {
        cause: error,
      },
    );
  }
  if (name === "VersionError") return outdated();
  if (name === "SecurityError" || name === "NotAllowedError") return noStorage(error);
  return new QueueError(
    "blocked",
    "This browser cannot reach what it keeps. What you do goes straight to the server; reload the page, or restart the browser.",
    { cause: error },
  );
}

export function outdated(): QueueError {
  return new QueueError("outdated", "This page is older than what is kept in this browser. Reload it.");
}

export function noStorage(cause?: unknown): QueueError {
  return new QueueError(
    "volatile",
    "This window keeps nothing, as private windows do. What you do goes straight to the server; stay online.",
    { cause },
  );
}

/** A thrown value as the reason of a failed attempt. */
export function reasonOf(error: unknown): Reason {
  return { code: "failed", sentence: error instanceof Error ? error.message : String(error) };
}
