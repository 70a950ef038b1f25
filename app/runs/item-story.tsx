"use client";
import { type ItemEvent, type ItemStory as ItemStoryData, useItem } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { whoWords } from "../_ui/event-words.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { useWayBack } from "../_ui/use-way-back.ts";
import { When } from "../_ui/when.tsx";
import { faultText } from "../_ui/words.ts";
import { rowId } from "./address.ts";
import { ITEM_COLOURS, itemText, shownState } from "./item-state.ts";
import { Reasons } from "./reasons.tsx";

type Props = { itemId: string; isHeld: boolean; onClose: () => void };

/** One conversation: its turns, and all of its events. */
export function ItemStory({ itemId, isHeld, onClose }: Props) {
  const { data, error, isPending } = useItem(itemId, isHeld);
  const now = useDeskClock();
  const { way, back } = useWayBack(rowId(itemId));
  const close = () => {
    onClose();
    back();
  };
  return (
    <section aria-label={`Conversation ${itemId}`} className="panel run-story">
      <div className="run-title">
        <p className="small-caps">Conversation {itemId}</p>
        <Button ref={way} onClick={close} aria-label="Close the conversation">
          Close
        </Button>
      </div>
      {isPending && <p className="text-muted">Loading…</p>}
      <Failure error={error} />
      {data && (
        <>
          <p className="big wrap-anywhere">{data.title}</p>
          <p className="text-muted text-small wrap-anywhere">
            {data.modelId}{" "}
            <span className={`tag ${ITEM_COLOURS[shownState(data)]}`}>{itemText(shownState(data), data.class)}</span>
          </p>
          {data.error !== null && <p className="notice late wrap-anywhere">{data.error}</p>}
          {data.waitingBecause.length > 0 && <Reasons reasons={data.waitingBecause} />}
          <h3 className="small-caps">What was said</h3>
          {data.transcript === null ? (
            <p className="text-muted">Nothing is kept: it has not ended well.</p>
          ) : (
            <Talk turns={data.transcript} />
          )}
          <h3 className="small-caps">History</h3>
          <Timeline events={data.timeline} now={now} />
        </>
      )}
    </section>
  );
}

/** Why an answer ended, where it did not end by itself. */
const FINISHED: Readonly<Record<string, string>> = {
  length: "cut short at its limit",
  "content-filter": "refused",
};

/** The turns of a conversation. */
export function Talk({ turns }: { turns: NonNullable<ItemStoryData["transcript"]> }) {
  return (
    <ol className="run-talk">
      {turns.map(({ asked, answered, finishReason, latencyMs }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a transcript never changes its order.
        <li key={place}>
          <p className="run-asked">
            <span className="sr-only">The customer: </span>
            <bdi>{asked}</bdi>
          </p>
          <p className="run-answered">
            <span className="sr-only">The model: </span>
            {answered ? <bdi>{answered}</bdi> : <em>nothing</em>}
            <span className="text-muted text-small">
              {" "}
              {(latencyMs / 1_000).toFixed(1)} s
              {finishReason !== "stop" && `, ${FINISHED[finishReason] ?? finishReason.replaceAll("-", " ")}`}
            </span>
          </p>
        </li>
      ))}
    </ol>
  );
}

/** The words for each event, and the colour of its dot. */
const WORDS: Readonly<Record<string, [words: string, colour: string]>> = {
  queued: ["Queued", "bg-accent"],
  failed: ["Attempt failed", "bg-late"],
  throttled: ["Asked to wait by the provider", "bg-soon"],
  retried: ["To be tried again", "bg-accent"],
  lost: ["Attempt lost", "bg-late"],
  completed: ["Completed", "bg-kept"],
  cancelled: ["Cancelled", "bg-muted"],
};

/** Everything that happened to an item, the first first. */
export function Timeline({ events, now }: { events: readonly ItemEvent[]; now: number }) {
  return (
    <ol className="timeline">
      {events.map(({ at, kind, attempt, begunAt, class: what, error, who }) => {
        const [words, colour] = WORDS[kind] ?? [kind, "bg-line"];
        const seconds = begunAt === null ? null : (Date.parse(at) - Date.parse(begunAt)) / 1_000;
        return (
          <li key={`${at} ${kind} ${attempt}`}>
            <span className="text-muted text-small">
              <When at={at} now={now} />
            </span>
            <span aria-hidden className={`dot ${colour}`} />
            <div className="min-w-0 wrap-anywhere">
              <strong>{words}</strong>
              <span className="text-muted text-small">
                {attempt !== null && ` attempt ${attempt}`}
                {seconds !== null && `, ${seconds.toFixed(1)} s`}
                {who !== null && ` by ${whoWords(who)}`}
              </span>
              {(what !== null || error !== null) && (
                <div className="text-muted text-small">
                  {what !== null && faultText(what)}
                  {error !== null && (
                    <>
                      : <bdi>{error}</bdi>
                    </>
                  )}
                </div>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
