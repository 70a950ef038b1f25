import { type Pair, type Pause, type Reason, reasonSentence, type RunProgress, type RunStatus } from "#client/runs";
import { whoWords } from "../_ui/event-words.ts";
import { dayAndTime, span } from "../_ui/time.ts";
import { counted } from "../_ui/words.ts";

/** The colour of each status. */
export const COLOURS: Record<RunStatus, string> = {
  PENDING: "quiet",
  RUNNING: "accepted",
  PAUSED: "soon",
  COMPLETED: "kept",
  FAILED: "late",
  CANCELLED: "quiet",
};

/** The status of a run; a pause that still waits for conversations says so. */
export function statusText(status: RunStatus, stillRunning: number): string {
  return status === "PAUSED" && stillRunning > 0 ? `pausing, ${stillRunning} still running` : status.toLowerCase();
}

/** How many conversations of a run a pause still waits for: a paused model waits for its own alone. */
export function runningUnder(
  { scope, target }: Pick<Pause, "scope" | "target">,
  { stillRunning, byModel }: Running,
): number {
  if (scope !== "model") return stillRunning;
  return byModel.find(({ modelId }) => modelId === target)?.stillRunning ?? 0;
}
type Running = { stillRunning: number; byModel: readonly { modelId: string; stillRunning: number }[] };

/** "8 scenarios, 3 models, 2 times"; a single model is named. */
export function sizeText({ scenarioCount, models, repetitions }: Size): string {
  const parts = [counted(scenarioCount, "scenario"), models.length === 1 ? models[0] : counted(models.length, "model")];
  if (repetitions > 1) parts.push(`${repetitions} times`);
  return parts.join(", ");
}
type Size = { scenarioCount: number; models: readonly string[]; repetitions: number };

/** "372 of 600, 4 failed, 18 throttled, about 6 min left". */
export function progressText({
  total,
  completed,
  failed,
  cancelled,
  throttled,
  estimatedSecondsRemaining: seconds,
}: Omit<RunProgress, "percentComplete" | "estimatedSecondsRemaining"> & Partial<RunProgress>): string {
  const parts = [`${completed + failed + cancelled} of ${total}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (cancelled > 0) parts.push(`${cancelled} cancelled`);
  if (throttled > 0) parts.push(`${throttled} throttled`);
  if (seconds) parts.push(seconds < 60 ? "less than a minute left" : `about ${span(seconds * 1_000)} left`);
  return parts.join(", ");
}

/** A reason in words, with its instants on the reader's clock and who paused by name. */
export function reasonText(reason: Reason, now: number): string {
  const pausedBy = reason.pausedBy === null ? null : whoWords(reason.pausedBy);
  return reasonSentence({ ...reason, pausedBy }, (at) => dayAndTime(at, now));
}

/** The reasons of one model: its own, and those of the whole run. */
export function reasonsOf(modelId: string, reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter((reason) => reason.modelId === null || reason.modelId === modelId);
}

/** What an answer was measured by, such as `latencyMs`, in a word. */
export const columnWords = (column: string): string => (column === "latencyMs" ? "latency" : column);

const SHORT: Record<Reason["code"], string> = {
  PAUSED_RUN: "paused run",
  PAUSED_MODEL: "paused model",
  PAUSED_QUEUE: "everything is paused",
  THROTTLED: "the provider says wait",
  RETRY_AT: "tried again later",
  MODEL_LIMIT: "at its limit",
  FAIR_SHARE: "its turn comes",
  NO_WORKER: "no worker",
  NOT_ALL_QUEUED: "still being queued",
  LOST: "to be queued again",
  ENDING: "ending",
  CANCELLING: "being cancelled",
  RUNNING: "running",
};
export const shortReason = ({ code }: Reason): string => SHORT[code];

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The better model, over all pairs, in one sentence. */
export function verdict(pairs: readonly Pair[]): string {
  if (pairs.length === 0) return "There is nothing to compare: a comparison needs two models with results.";
  if (pairs.length === 1) return pairs[0]!.sentence;
  const models = [...new Set(pairs.flatMap((pair) => pair.models))];
  const scenarios = Math.min(...pairs.map((pair) => pair.scenarios));
  const over = `over the same ${scenarios} scenarios`;
  const won = pairs
    .filter(({ isTied }) => !isTied)
    .map(({ models: [a, b], difference }) => (difference > 0 ? [a, b] : [b, a]));
  if (won.length === 0) {
    const isSame = pairs.every(({ interval }) => interval?.every((end) => end === 0));
    const why = isSame ? "they score the same in each" : "what differs between them may well be chance";
    return `The ${models.length} models are tied ${over}: ${why}.`;
  }
  const unbeaten = models.filter((model) => won.every(([, loser]) => loser !== model));
  const best = unbeaten.find((model) => won.filter(([winner]) => winner === model).length === models.length - 1);
  if (best !== undefined) return `${best} is better than every other model ${over}.`;
  const beaten = models.filter((model) => !unbeaten.includes(model));
  const beats = (winner: string, loser: string) => won.some(([a, b]) => a === winner && b === loser);
  if (unbeaten.length > 1 && unbeaten.every((winner) => beaten.every((loser) => beats(winner, loser))))
    return `${listed(unbeaten)} are better than ${listed(beaten)} ${over}, and tied with each other.`;
  const parts = [`${listed(beaten)} ${beaten.length === 1 ? "is" : "are each"} worse than at least one.`];
  if (unbeaten.length === 1) parts.unshift(`${unbeaten[0]} is worse than none`);
  if (unbeaten.length > 1) parts.unshift(`${listed(unbeaten)} are tied with each other`);
  return `No model is better than every other ${over}: ${parts.join(", and ")}`;
}

const signed = (value: number) => `${value > 0.004 ? "+" : value < -0.004 ? "−" : ""}${Math.abs(value).toFixed(2)}`;

/** "+0.12, between −0.03 and +0.27": a difference in figures, with its interval where one is known. */
export function differenceText(difference: number, interval: readonly [number, number] | null): string {
  const [from, to] = (interval ?? [difference, difference]).map(signed);
  return from === to ? signed(difference) : `${signed(difference)}, between ${from} and ${to}`;
}

/** The result of one pair, short, beside its drawing. */
export function pairText({ models: [a, b], difference, interval, isTied, scenarios, scenariosNeeded }: Pair): string {
  if (isTied) {
    const more = scenariosNeeded === null ? 0 : scenariosNeeded - scenarios;
    return more > 0 ? `tied; ${more} more scenarios would show a difference of 0.1` : "tied";
  }
  const better = difference > 0 ? a : b;
  const [least, most] = (interval ?? [difference, difference]).map(Math.abs).sort((x, y) => x - y) as [number, number];
  const [from, to] = [least.toFixed(2), most.toFixed(2)];
  return `${better} is better, by ${from === to ? from : `${from} to ${to}`}`;
}
