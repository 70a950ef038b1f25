import { openingWords } from "#lib/time/opening-words";
import type { Hindered, RoutingReason, Standing } from "../reason-schema.ts";

/** Formats an instant inside a sentence. */
export type Clock = (at: string) => string;

/** "14:02 UTC": for stored texts and for machines. */
export const utc: Clock = (at) => `${at.slice(11, 16)} UTC`;

/** How a sentence is written: its clock, and its reader, an agent whom the sentence calls "you". */
type Style = { clock: Clock; reader: string | null };

/** The sentence of a reason, with its times as `clock` writes them, for any reader or for the agent named `reader`. Pure. */
export function sentenceOf(reason: RoutingReason, clock: Clock, reader: string | null = null): string {
  const style = { clock, reader };
  switch (reason.kind) {
    case "preferred":
      return placed(reason, style, (at) => {
        const { name, was, is } = agentIn(reason.agent, style, at);
        return `${name} ${was} asked for and ${is} available.`;
      });
    case "least loaded": {
      const load = reason.live === 0 ? "nothing else waiting" : `the fewest waiting (${reason.live})`;
      return placed(reason, style, (at) => {
        const { name, is } = agentIn(reason.agent, style, at);
        return `${name} ${is} available with ${load}.`;
      });
    }
    case "nobody": {
      const tally = Object.entries(reason.results).map(([result, agents]) => `${agents} ${result}`);
      const who = tally.length > 0 ? tally.join(", ") : "nobody is logged in";
      return placed(reason, style, (at) => begun(`No agent is free (${who}): first in line.`, at));
    }
    case "hours":
      return placed(reason, style, (at) =>
        begun(`Waits for ${openingWords(new Date(reason.opensAt), reason.zone)}.`, at),
      );
    case "accepted":
      return placed(reason, style, (at) => begun("Accepted, and kept by who accepted it.", at));
    case "given back":
      return `Given back: ${hinderedIn(reason.left, style, "middle")}.`;
    case "waits again": {
      const why = reason.left ? hinderedIn(reason.left, style, "start") : "The user may not be called";
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
export function hinderedWords(hindered: Hindered, clock: Clock): string {
  return hinderedIn(hindered, { clock, reader: null }, "middle");
}

function hinderedIn({ agent, standing }: Hindered, style: Style, at: Position): string {
  const subject = agentIn(agent ?? "its agent", style, at);
  return `${subject.name} ${standingWords(standing, subject, style.clock)}`;
}

type Position = "start" | "middle";

/** The words of a sentence, which may stand behind a semicolon. */
function begun(words: string, at: Position): string {
  return at === "start" ? words : `${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
}

type Subject = { name: string; is: string; was: string; has: string; does: string };

/** An agent as the subject of a clause, with the verbs that agree with it. */
function agentIn(agent: string, { reader }: Style, at: Position): Subject {
  if (agent !== reader) return { name: agent, is: "is", was: "was", has: "has", does: "does" };
  return { name: at === "start" ? "You" : "you", is: "are", was: "were", has: "have", does: "do" };
}

type Placed = Pick<Extract<RoutingReason, { kind: "accepted" }>, "left" | "missed">;

/** The sentence of a placement with its causes: the agent that the entry left, and the agent that was passed over. */
function placed({ left, missed }: Placed, style: Style, sentence: (at: Position) => string): string {
  // The agent that it left is often the one who was asked for, and passed over for the same reason.
  const isSaidOnce = left?.agent === missed?.agent && left?.standing.is === missed?.standing.is;
  const before = left && !isSaidOnce ? `${hinderedIn(left, style, "start")}. ` : "";
  if (!missed) return `${before}${sentence("start")}`;
  const subject = agentIn(missed.agent ?? "its agent", style, "start");
  const asked = missed.wasAskedFor ? `${subject.was} asked for, but ` : "";
  const words = standingWords(missed.standing, subject, style.clock);
  return `${before}${subject.name} ${asked}${words}; ${sentence("middle")}`;
}

function standingWords(standing: Standing, { is, has, does }: Subject, clock: Clock): string {
  switch (standing.is) {
    case "away":
    case "silent":
    case "on break":
    case "on a call":
    case "not available":
      return standing.since === null
        ? `${is} ${standing.is}`
        : `${has} been ${standing.is} since ${clock(standing.since)}`;
    case "full":
      return `already ${has} ${standing.waiting} ${standing.waiting === 1 ? "callback" : "callbacks"} waiting`;
    case "did not take it":
      return `did not take it within ${minutesWords(standing.minutes)}`;
    case "did not call":
      return `accepted it and did not call within ${minutesWords(standing.minutes)}`;
    case "in other queues":
      return `${does} not work this queue`;
    case "out of this queue":
      return `${does} not work this queue any more`;
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
