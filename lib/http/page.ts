import { headers } from "next/headers";
import { cache } from "react";
import type { Actor, ReadCtx } from "#lib/base/context";
import { tooMany } from "#lib/database/rate-limit";
import { identify } from "#lib/http/authenticate";
import { database, readCtx } from "#lib/http/process";
import { log } from "#lib/base/log";

type Person = Extract<Actor, { accountId: string }>;

/**
 * The person who opened this page, as the context of reads, or null when nobody is signed in. Read once per page, however many of
 * its parts ask. Refuses `too_many_requests`.
 */
export const currentPerson = cache(async (): Promise<ReadCtx<Person> | null> => {
  const request = new Request("http://page.invalid/", { headers: await headers() });
  const { actor, admission } = await identify(database("request"), request);
  if (admission?.isOver) throw tooMany(admission.leftMs);
  return actor.kind === "agent" || actor.kind === "supervisor" ? readCtx(actor, "request", log) : null;
});

/** The context of reads for a page that is open to everyone. */
export function anyonesPage(): ReadCtx {
  return readCtx({ kind: "anyone" }, "request", log);
}
