"use client";
import type { Hero } from "#client/desk";
import { useOfSeconds } from "../_ui/clock.ts";
import { Copy } from "../_ui/copy.tsx";
import { Lasting } from "../_ui/in-call.tsx";
import { useQueueName } from "../_ui/queue-name.tsx";
import { clockAt, dayAndTime, placeOf } from "../_ui/time.ts";

type Props = { hero: Hero; call?: Hero["call"]; isConnected?: boolean };

/** The person of the call, in two lines: the name with the local time, and the number with the promise. */
export function Customer({ hero: { user, callback, warning, queueType }, call = null, isConnected = false }: Props) {
  const queueName = useQueueName();
  const minute = useOfSeconds((seconds) => seconds - (seconds % 10)) * 1_000;
  if (!user) return null;
  const said = [
    callback && `promised ${dayAndTime(callback.scheduledFor, minute)}`,
    callback && `${ordinal(callback.attempts + 1)} try of ${callback.maxAttempts}`,
    call && !callback && queueType && queueName(queueType),
    user.openRequests > 0 && `${user.openRequests} open ${user.openRequests === 1 ? "request" : "requests"}`,
    user.lastSpoken && `last spoken ${dayAndTime(user.lastSpoken.at, minute)}, ${user.lastSpoken.agentName}`,
  ].filter(Boolean);
  return (
    <div className="customer">
      <p className="name">
        <bdi>{user.name}</bdi>
        {call?.endedAt === null && (
          <span className={isConnected ? "tag accepted" : "tag quiet"}>
            {isConnected ? "in call" : "dialling"} <Lasting since={call.startedAt} />
          </span>
        )}
        {call?.endedAt && <span className="tag soon">ended {clockAt(call.endedAt)}: write what came of it</span>}
        <span className={warning ? "their-clock late" : "their-clock"}>
          {clockAt(minute, user.timeZone)}
          {user.isZoneKnown ? " in " : ", zone unknown, taken as "}
          {placeOf(user.timeZone)}
        </span>
      </p>
      <p className="about">
        {user.dialLink ? (
          <a href={user.dialLink}>{user.phone}</a>
        ) : (
          <span>{user.phone} (cannot be dialled: no full telephone number)</span>
        )}
        <Copy text={user.phone} what={`the number of ${user.name}`} />
        <span className="text-muted">{said.join(" · ")}</span>
      </p>
      {callback?.callbackReason && (
        <blockquote dir="auto" title={callback.callbackReason}>
          “{callback.callbackReason}”
        </blockquote>
      )}
    </div>
  );
}

function ordinal(n: number): string {
  return `${n}${["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th"}`;
}
