"use client";
import Link from "next/link";
import { Figure } from "../_ui/figure.tsx";
import { useState } from "react";
import { type TaskStory, useTask } from "#client/cursor-tasks";
import { storyAddress } from "../callbacks/address.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { useWayBack } from "../_ui/use-way-back.ts";
import { When } from "../_ui/when.tsx";
import { Actions } from "./actions.tsx";
import { type Place, rowId } from "./address.ts";
import { Outcome, Sent } from "./outcome.tsx";
import { State } from "./state.tsx";
import { Timeline } from "./timeline.tsx";
import { Until } from "../_ui/times.tsx";

type Props = {
  taskId: string;
  onClose: () => void;
  onDone: (message: string) => void;
  onGo: (place: Place) => void;
};

/** One task: its input, its result, its delivery, and a supervisor's actions. */
export function Story({ taskId, onClose, onDone, onGo }: Props) {
  const { data, error, isPending } = useTask(taskId);
  const [actions, setActions] = useState(0);
  // Also after an action: its button disappears when no action is left.
  const { way, back } = useWayBack(rowId(taskId), actions);
  const close = () => {
    onClose();
    back();
  };
  const done = (message: string) => {
    setActions(actions + 1);
    onDone(message);
  };
  return (
    <section aria-label={`Task ${taskId}`} className="panel order-first min-w-0 lg:order-none">
      <div className="flex items-start justify-between gap-3">
        <p className="small-caps">Task</p>
        <Button ref={way} onClick={close} aria-label="Close the story">
          Close
        </Button>
      </div>
      <h2 className="big wrap-anywhere">{taskId}</h2>
      {isPending && <p className="text-muted">Loading…</p>}
      <Failure error={error} />
      {data && <Known task={data} onDone={done} onGo={onGo} />}
    </section>
  );
}

function Known({ task, onDone, onGo }: { task: TaskStory } & Pick<Props, "onDone" | "onGo">) {
  const now = useDeskClock();
  const { conversationId, callbackId, lastError } = task;
  return (
    <>
      <p className="text-muted text-small wrap-anywhere">
        {task.toolName ?? "no tool named"} · conversation{" "}
        <button type="button" className="plain-button" onClick={() => onGo({ conversationId, taskId: task.taskId })}>
          {conversationId}
        </button>
      </p>
      <p>
        <State task={task} />{" "}
        {callbackId !== null && (
          <Link href={storyAddress(callbackId)} prefetch={false}>
            callback {callbackId}
          </Link>
        )}
      </p>
      {lastError && <p className="notice late wrap-anywhere">{lastError}</p>}
      <Figures task={task} now={now} />
      <Actions task={task} now={now} onDone={onDone} />
      <Outcome task={task} />
      <Refused task={task} now={now} />
      <h3 className="small-caps mt-5">History</h3>
      <Timeline events={task.events} now={now} />
    </>
  );
}

/** Events of a signed sender about this task that could not be taken; they show what to repair in the runner. */
function Refused({ task, now }: { task: TaskStory; now: number }) {
  if (task.refused.length === 0) return null;
  return (
    <>
      <h3 className="small-caps mt-5">Could not be taken</h3>
      {task.refused.map(({ at, why, sent }) => (
        <div key={`${at} ${why}`} className="notice late wrap-anywhere">
          <p>
            {why} <When at={at} now={now} />
          </p>
          <Sent value={sent} />
        </div>
      ))}
    </>
  );
}

function Figures({ task, now }: { task: TaskStory; now: number }) {
  const { state, userId, finishedAt, deliveredAt, lateAt, expiresAt, nextAttemptAt, attempts, cursorAgentId } = task;
  const isKept = Date.parse(expiresAt) > now;
  return (
    <dl className="figures">
      <Figure name="registered">
        <When at={task.createdAt} now={now} />
      </Figure>
      {finishedAt && (
        <Figure name="ended">
          <When at={finishedAt} now={now} />
        </Figure>
      )}
      {lateAt && (
        <Figure name="late result">
          <When at={lateAt} now={now} />
        </Figure>
      )}
      {deliveredAt && (
        <Figure name="delivered">
          <When at={deliveredAt} now={now} />
        </Figure>
      )}
      <Figure name={isKept ? "expires in" : "expired"}>
        {isKept ? <Until at={expiresAt} over="now" /> : <When at={expiresAt} now={now} />}
      </Figure>
      {finishedAt && <Figure name={attempts === 1 ? "attempt" : "attempts"}>{attempts}</Figure>}
      {state === "delivering" && nextAttemptAt && (
        <Figure name="next attempt">
          <Until at={nextAttemptAt} before="in " over="when somebody listens" />
        </Figure>
      )}
      <Figure name="user">{userId ?? "nobody named"}</Figure>
      <Figure name="priority">{task.priority}</Figure>
      <Figure name="said">{task.deliverAs === "user_message" ? "at once" : "when it fits"}</Figure>
      <Figure name="relay">{task.hasRelay ? "it has one" : "none"}</Figure>
      {cursorAgentId && <Figure name="Cursor agent">{cursorAgentId}</Figure>}
    </dl>
  );
}
