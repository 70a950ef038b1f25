"use client";
import { memo, type ReactNode, useCallback, useEffect, useRef } from "react";
import { type Item, type ItemAsk, useItems } from "#client/runs";
import { useFold } from "../_ui/fold.tsx";
import { Choice, Failure, Field, FilterButtons, Form } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { useFieldsOf } from "../_ui/use-fields.ts";
import { useSteady } from "../_ui/use-steady.ts";
import { conversationName, counted } from "../_ui/words.ts";
import { goToPlace, type Place, rowId } from "./address.ts";
import { ItemStory } from "./item-story.tsx";
import { ITEM_COLOURS, itemText, shownState } from "./item-state.ts";
import { ShortReasons } from "./reasons.tsx";

type Props = {
  runId: string;
  models: readonly string[];
  place: Place;
  isHeld: boolean;
  /** Shown below the rows, and drawn after them, so that they do not move it. */
  children: ReactNode;
};

/** The conversations of a run, each with its story; the reader can filter them and search their transcripts. */
export function Items({ runId, models, place, isHeld, children }: Props) {
  const { state, modelId, search, itemId } = place;
  const asked: ItemAsk = { state, modelId, search };
  const list = useItems(runId, asked, isHeld);
  const items: Item[] = list.data?.pages.flatMap((page) => page.items) ?? [];
  const what = JSON.stringify([asked, list.isPlaceholderData, list.data?.pages.length]);
  const { shown, hold } = useSteady(items, (item) => item.itemId, what);
  const latest = useRef(place);
  latest.current = place;
  const open = useCallback((chosen: string) => goToPlace({ ...latest.current, itemId: chosen }), []);
  const go = (next: ItemAsk) => goToPlace({ runId, itemId, ...next });
  return (
    <>
      <section aria-labelledby="conversations">
        <h2 id="conversations">Conversations</h2>
        <Filters asked={asked} models={models} onAsk={go} />
        <div className={itemId === undefined ? "" : "run-beside"}>
          <div className="min-w-0" {...hold}>
            <SearchOn list={list} isSearch={search !== undefined} found={items.length} />
            <Listing
              label="Conversations"
              list={list}
              columns={["Scenario", "Model", "Result", "Turns", "Tokens", "Time"]}
              numbers={["Turns", "Tokens", "Time"]}
              empty={
                search !== undefined && list.hasNextPage
                  ? "Nothing found so far; the search goes on."
                  : Object.values(asked).some(Boolean)
                    ? "No conversation fits. Take another state or model, or fewer words."
                    : "Nothing is queued yet."
              }
            >
              {shown.map((item) => (
                <Row key={item.itemId} item={item} isOpen={item.itemId === itemId} onOpen={open} />
              ))}
            </Listing>
          </div>
          {itemId !== undefined && (
            <ItemStory
              key={itemId}
              itemId={itemId}
              isHeld={isHeld}
              onClose={() => goToPlace({ ...place, itemId: undefined })}
            />
          )}
        </div>
      </section>
      {!list.isPending && children}
    </>
  );
}

/** A search reads a share of a large run at a time; it goes on automatically until it has found something. */
function SearchOn({ list, isSearch, found }: { list: ReturnType<typeof useItems>; isSearch: boolean; found: number }) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, error } = list;
  const goesOn = isSearch && hasNextPage && found === 0 && error === null;
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, fetchNextPage]);
  return <>{goesOn && <Failure error={error} />}</>;
}

type RowProps = { item: Item; isOpen: boolean; onOpen: (itemId: string) => void };

/** There may be a thousand rows, so each is drawn again only when it changes. */
const Row = memo(function Row({ item, isOpen, onOpen }: RowProps) {
  const {
    itemId,
    title,
    scenarioId,
    modelId,
    repetition,
    isRetried,
    class: what,
    turns,
    tokensIn,
    tokensOut,
    latencyMs,
    error,
    waitingBecause,
  } = item;
  const state = shownState(item);
  const because = waitingBecause.filter(({ code }) => code !== "RUNNING");
  return (
    <tr className={isOpen ? "open" : ""}>
      <td>
        <button
          id={rowId(itemId)}
          type="button"
          className="plain-button wrap-anywhere"
          aria-expanded={isOpen}
          aria-label={conversationName(title, item)}
          onClick={() => onOpen(itemId)}
        >
          {title}
        </button>
        <div className="text-muted text-small wrap-anywhere">
          {scenarioId}
          {repetition > 1 && `, repetition ${repetition}`}
        </div>
      </td>
      <td className="wrap-anywhere md:min-w-28">{modelId}</td>
      <td>
        <span className={`tag ${ITEM_COLOURS[state]}`}>{itemText(state, what)}</span>
        {isRetried && <span className="text-muted text-small"> tried again</span>}
        {because.length > 0 && (
          <div className="text-muted text-small">
            <ShortReasons reasons={because} />
          </div>
        )}
        {error !== null && <div className="text-muted text-small wrap-anywhere">{error}</div>}
      </td>
      <Figure>{turns === null ? null : counted(turns, "turn")}</Figure>
      <Figure>{tokensIn === null || tokensOut === null ? null : `${tokensIn} in, ${tokensOut} out`}</Figure>
      <Figure>{latencyMs === null ? null : `${(latencyMs / 1_000).toFixed(1)} s`}</Figure>
    </tr>
  );
});

/** A figure; one that is not known is a dash in its column, and nothing where there are no columns. */
function Figure({ children }: { children: string | null }) {
  return children === null ? (
    <td className="number max-md:hidden">–</td>
  ) : (
    <td className="number whitespace-nowrap">{children}</td>
  );
}

function Filters({
  asked: { state, modelId, search },
  models,
  onAsk,
}: {
  asked: ItemAsk;
  models: readonly string[];
  onAsk: (asked: ItemAsk) => void;
}) {
  const form = useFieldsOf({ search, state, modelId });
  const { fold, unfold } = useFold([state, modelId]);
  const send = (fields: FormData) => {
    const text = (name: string) => String(fields.get(name)).trim() || undefined;
    onAsk({ search: text("search"), modelId: text("modelId"), state: text("state") as ItemAsk["state"] });
  };
  // A choice applies at once, as on every other screen; only typed words wait for Show.
  const apply = () => form.current?.requestSubmit();
  return (
    <Form ref={form} className="panel filters" {...fold} onSend={send}>
      <Field
        label="Search what was said"
        name="search"
        type="search"
        defaultValue={search}
        placeholder="words of the transcript"
        minLength={2}
        maxLength={100}
        autoComplete="off"
      />
      {unfold}
      <Choice label="Result" name="state" defaultValue={state ?? ""} onChange={apply}>
        <option value="">any</option>
        {["waiting", "completed", "failed", "cancelled"].map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Choice>
      <Choice label="Model" name="modelId" defaultValue={modelId ?? ""} onChange={apply}>
        <option value="">any</option>
        {models.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Choice>
      <FilterButtons onClear={() => onAsk({})} />
    </Form>
  );
}
