import Link from "next/link";
import type { ShownTask } from "#client/cursor-tasks";
import { storyAddress } from "../callbacks/address.ts";
import { rowId } from "./address.ts";
import { State } from "./state.tsx";
import { Age, Until } from "../_ui/times.tsx";
import { attemptsText } from "./words.ts";

type Props = {
  task: ShownTask;
  now: number;
  /** The story of this task is open beside the list. */
  isShown: boolean;
  onOpen: (taskId: string) => void;
};

/** One task in the list; its id opens the story. */
export function TaskRow({ task, now, isShown, onOpen }: Props) {
  const { taskId, toolName, conversationId, state, createdAt, lastError, why, callbackId } = task;
  return (
    <tr className={`*:align-top ${isShown ? "open" : ""}`}>
      <td>
        <button
          id={rowId(taskId)}
          type="button"
          className="plain-button line-clamp-2 wrap-anywhere"
          title={taskId}
          aria-expanded={isShown}
          onClick={() => onOpen(taskId)}
        >
          {taskId}
        </button>
        <div className="line-clamp-2 min-w-28 text-muted text-small wrap-anywhere">{toolName ?? "no tool named"}</div>
      </td>
      <td>
        <div className="line-clamp-2 wrap-anywhere" title={conversationId}>
          {conversationId}
        </div>
      </td>
      <td>
        <State task={task} />
        {callbackId !== null && (
          <>
            {" "}
            <Link href={storyAddress(callbackId)} prefetch={false}>
              callback {callbackId}
            </Link>
          </>
        )}
        <div className={`mt-1 md:max-w-[44ch] text-small wrap-anywhere ${lastError ? "text-late" : "text-muted"}`}>
          {lastError ?? why}
        </div>
      </td>
      <td>
        <Age since={createdAt} now={now} />
        {/* Where rows are cards, no column says what the time is. */}
        <span className="md:hidden"> old</span>
      </td>
      <td>
        {state !== "pending" && state !== "expired" && (
          <>
            {attemptsText(task)}
            {state === "delivering" && task.nextAttemptAt && (
              <div className="text-muted text-small">
                <Until at={task.nextAttemptAt} before="again in " over="again when somebody listens" />
              </div>
            )}
          </>
        )}
      </td>
    </tr>
  );
}
