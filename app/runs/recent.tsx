"use client";
import type { RecentTask } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { useSteady } from "../_ui/use-steady.ts";
import { When } from "../_ui/when.tsx";
import { conversationName } from "../_ui/words.ts";
import { ITEM_COLOURS, itemText } from "./item-state.ts";
import { Panel } from "./panel.tsx";

type Props = { tasks: readonly RecentTask[]; onOpen: (itemId: string) => void };

/** The items that ended last. */
export function Recent({ tasks, onOpen }: Props) {
  const now = useDeskClock();
  const { shown, hold } = useSteady(tasks, ({ itemId }) => itemId);
  return (
    <Panel title="Just done">
      {tasks.length === 0 && <p className="m-0 text-muted">Nothing has ended yet.</p>}
      <ul className="run-recent" {...hold}>
        {shown.map(({ itemId, scenarioId, modelId, repetition, status, class: what, error, completedAt }) => (
          <li key={itemId}>
            <span className="text-muted text-small">
              <When at={completedAt} now={now} />
            </span>
            <div className="max-w-full flex-1 wrap-break-word">
              <button
                type="button"
                className="plain-button"
                aria-label={conversationName(scenarioId, { modelId, repetition })}
                onClick={() => onOpen(itemId)}
              >
                {scenarioId}
              </button>
              <div className="text-muted text-small">
                {modelId}
                {repetition > 1 && `, repetition ${repetition}`}
              </div>
            </div>
            <span className={`tag ${ITEM_COLOURS[status] ?? "quiet"}`} title={error ?? undefined}>
              {itemText(status, what)}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
