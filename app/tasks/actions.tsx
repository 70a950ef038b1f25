"use client";
import { useState } from "react";
import { type TaskStory, useRedeliver } from "#client/cursor-tasks";
import { Button, Failure } from "../_ui/form.tsx";
import { CallbackDialog } from "./callback-dialog.tsx";
import { canMakeCallback, canRedeliver } from "./words.ts";

type Props = { task: TaskStory; now: number; onDone: (message: string) => void };

/** A supervisor's actions on a result. */
export function Actions({ task, now, onDone }: Props) {
  const { taskId } = task;
  const { mutate, isPending, error } = useRedeliver();
  const [isAsking, setAsking] = useState(false);
  const [canDeliverAgain, callsBack] = [canRedeliver(task, now), canMakeCallback(task)];
  if (!canDeliverAgain && !callsBack && !isAsking) return null;
  const deliverAgain = () =>
    mutate(taskId, { onSuccess: () => onDone(`The result of task ${taskId} is delivered to its conversation again.`) });
  const made = (message: string) => {
    setAsking(false);
    onDone(message);
  };
  return (
    <div className="mt-4 grid gap-2">
      <div className="flex flex-wrap gap-2">
        {callsBack && (
          <Button kind="main" onClick={() => setAsking(true)}>
            Make it a callback
          </Button>
        )}
        {canDeliverAgain && (
          <Button isBusy={isPending} onClick={deliverAgain}>
            Redeliver
          </Button>
        )}
      </div>
      <Failure error={error} />
      {isAsking && <CallbackDialog task={task} onClose={() => setAsking(false)} onDone={made} />}
    </div>
  );
}
