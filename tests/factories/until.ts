import type { Until } from "#lib/time/until";

/** A time budget that is spent. */
export const SPENT: Until = { stop: AbortSignal.abort(), end: AbortSignal.abort() };
