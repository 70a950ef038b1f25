import { openingWords } from "#lib/time/opening-words";
import type { Hindered, RoutingReason, Standing } from "../reason-schema.ts";

/** How an instant is written inside a sentence. */
export type Clock = (at: string) => string;

/** "14:02 UTC": on the clock of a text that is stored, or read by a machine. */
export const utc: Clock = (at) => `${at.slice(11, 16)} UTC`;

/** The sentence of a reason, with its times as `clock` writes them. Pure. */
export function sentenceOf(reason: RoutingReason, clock: Clock): string {
  switch (reason.kind) {
    case "preferred":
      return placed(reason, `${reason.agent} was asked for and is available.`, clock);
    case "least loaded": {
      const load = reason.live === 0 ? "no other entries" : `the fewest live entries (${reason.live})`;
      return placed(reason, `${reason.agent} is available with ${load}.`, clock);
    }
    case "nobody": {
      const tally = Object.entries(reason.results).map(([result, agents]) => `${agents} ${result}`);
      const who = tally.length > 0 ? tally.join(", ") : "nobody is logged in";
      return placed(reason, `No agent is free (${who}): first in line.`, clock);
    }
    case "hours":
      return placed(reason, `Waits for ${openingWords(new Date(reason.opensAt), reason.zone)}.`, clock);
    case "accepted":
      return placed(reason, "Accepted, and kept by who accepted it.", clock);
    case "given back":
      return `Given back: ${hinderedWords(reason.left, clock)}.`;
    case "waits again": {
      const why = reason.left ? hinderedWords(reason.left, clock) : "The user may not be called";
      return `${why}: it waits for its time again.`;
    }
    case "user in a call":
      return "The user is in a call at this moment.";
    case "agent has the user":
      return "An agent already has this user: one call for both promises.";
    case "other first":
      return `Callback ${reason.callbackId} of the same user comes first: one call for both promises.`;
    case "user_unknown":
      return `User ${reason.userId} is not known; import the user or cancel the callback.`;
    case "do_not_call": {
      const who = reason.namesNumber ? "The number that it names" : `User ${reason.userId}`;
      return `${who} asked not to be called; cancel the callback or lift the mark.`;
    }
    case "wrong_number":
      return reason.namesNumber
        ? "The number that it names is wrong; promise it for another one."
        : `The number of user ${reason.userId} is wrong; import the right one.`;
    case "write_failed":
      return reason.isSetAside
        ? "It could not be written three times running; snooze, accept or cancel it to try again."
        : "The database refused to write its queue entry; the log has the cause.";
  }
}

/** "Ann has been away since 09:05 UTC". */
export function hinderedWords({ agent, standing }: Hindered, clock: Clock): string {
  return `${agent ?? "its agent"} ${standingWords(standing, clock)}`;
}

type Placed = Pick<Extract<RoutingReason, { kind: "accepted" }>, "left" | "missed">;

/** The sentence of a placement after what led to it: whom the entry left, and who was passed over. */
function placed({ left, missed }: Placed, sentence: string, clock: Clock): string {
  const before = left ? `${hinderedWords(left, clock)}. ` : "";
  if (!missed) return `${before}${sentence}`;
  const asked = missed.wasAskedFor ? "was asked for, but " : "";
  return `${before}${missed.agent} ${asked}${standingWords(missed.standing, clock)}; ${sentence}`;
}

function standingWords(standing: Standing, clock: Clock): string {
  switch (standing.is) {
    case "away":
    case "silent":
    case "on break":
    case "on a call":
    case "not available":
      return standing.since === null ? `is ${standing.is}` : `has been ${standing.is} since ${clock(standing.since)}`;
    case "full":
      return `already has ${standing.waiting} callbacks waiting`;
    case "did not take it":
      return `did not take it within ${minutesWords(standing.minutes)}`;
    case "did not call":
      return `accepted it and did not call within ${minutesWords(standing.minutes)}`;
    case "in other queues":
      return "does not work this queue";
    case "out of this queue":
      return "does not work this queue any more";
    case "gave it back":
      return "gave it back";
    case "deleted":
      return "no longer exists";
    case "not eligible":
      return "cannot take it";
  }
}

function minutesWords(minutes: number): string {
  return `${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}
