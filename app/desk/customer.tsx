"use client";
import type { Hero } from "#client/desk";
import { useSeconds } from "../_ui/clock.ts";
import { clockAt, dayAt, placeOf } from "../_ui/time.ts";
import { Fact } from "./fact.tsx";

/** Who is called: name, number, their local time, and what was promised. */
export function Customer({ hero: { user, callback, warning } }: { hero: Hero }) {
  const now = useSeconds() * 1_000;
  if (!user) return null;
  return (
    <>
      <p className="name">{user.name}</p>
      <p>
        {user.dialLink ? (
          <a href={user.dialLink}>{user.phone}</a>
        ) : (
          `${user.phone} (cannot be dialled: no full telephone number)`
        )}
        <span className="text-muted">
          {" "}
          · {user.isZoneKnown ? "" : "zone unknown, taken as "}
          {placeOf(user.timeZone)}, {clockAt(now, user.timeZone)} there
        </span>
      </p>
      {warning && <p className="text-late">{warning}</p>}
      <dl className="facts">
        {callback && (
          <>
            <Fact value={clockAt(callback.scheduledFor)} of="promised" />
            <Fact value={ordinal(callback.attempts + 1)} of={`attempt of ${callback.maxAttempts}`} />
          </>
        )}
        <Fact value={`${user.openRequests} open`} of={user.openRequests === 1 ? "request" : "requests"} />
        {user.lastSpoken && <Fact value={dayAt(user.lastSpoken.at)} of={`last spoken, ${user.lastSpoken.agentName}`} />}
      </dl>
      {callback?.callbackReason && <blockquote>“{callback.callbackReason}”</blockquote>}
    </>
  );
}

function ordinal(n: number): string {
  return `${n}${["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th"}`;
}
