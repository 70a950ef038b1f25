"use client";
import { useState } from "react";
import { type TaskStory, useTellAgain } from "#client/cursor-tasks";
import { Button, Failure } from "../_ui/form.tsx";
import { CallbackDialog } from "./callback-dialog.tsx";
import { canMakeCallback, canTellAgain } from "./words.ts";

type Props = { task: TaskStory; now: number; onDone: (message: string) => void };

/** What a supervisor can do about a result. */
export function Actions({ task, now, onDone }: Props) {
  const { taskId } = task;
  const { mutate, isPending, error } = useTellAgain();
  const [isAsking, setAsking] = useState(false);
  const [tellsAgain, callsBack] = [canTellAgain(task, now), canMakeCallback(task)];
  if (!tellsAgain && !callsBack && !isAsking) return null;
  const tellAgain = () =>
    mutate(taskId, { onSuccess: () => onDone(`The result of task ${taskId} is told to its conversation again.`) });
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
        {tellsAgain && (
          <Button isBusy={isPending} onClick={tellAgain}>
            Tell it again
          </Button>
        )}
      </div>
      <Failure error={error} />
      {isAsking && <CallbackDialog task={task} onClose={() => setAsking(false)} onDone={made} />}
    </div>
  );
}
