"use client";
import { type Promised, useReschedule } from "#client/desk";
import { secondsNow } from "../_ui/clock.ts";
import { Button } from "../_ui/form.tsx";
import { notifyError, say } from "../_ui/notices.tsx";
import { nextMorning } from "../_ui/time.ts";
import { KEPT } from "../_ui/kept-here.ts";

/** Moves a promise from the night of the user to the next morning. */
export function MoveToMorning({ callback, timeZone }: { callback: Promised; timeZone: string }) {
  const { mutate, isPending } = useReschedule({
    kept: () => say(KEPT, "late"),
    failed: notifyError,
    done: ({ message }) => say(message),
  });
  const move = () =>
    mutate({
      ...callback,
      scheduledFor: nextMorning(secondsNow() * 1_000, timeZone),
      timeZone,
      reason: "It was night there.",
    });
  return (
    <Button isBusy={isPending} onClick={move}>
      Move to 8:00 there
    </Button>
  );
}
