/** The kinds of callers, and the caller of a request. */
import type { Sender } from "#declared";
import type { Actor } from "#lib/base/context";
import type { Admission } from "#lib/http/admit";

/** The kinds of callers of a route. */
export type Caller = "anyone" | "cron" | "scraper" | "service" | "agent" | "supervisor" | "subscriber" | Sender;
export type Who = readonly Caller[];
export type ActorOf<W extends Who> = Extract<Actor, { kind: W[number] }>;

/** Callers who see all desks. */
export const ALL_DESKS = ["service", "supervisor"] as const;
/** Callers who sign in. */
export const PEOPLE = ["agent", "supervisor"] as const;

/** The caller; `cookies` are to be sent with the answer; `admission` is null when the request was not counted. */
export type Authenticated = { actor: Actor; cookies: string[]; admission: Admission | null };
export const NOBODY: Authenticated = { actor: { kind: "anyone" }, cookies: [], admission: null };
