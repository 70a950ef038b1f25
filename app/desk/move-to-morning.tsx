"use client";
import { type Promised, useReschedule } from "#client/desk";
import { secondsNow } from "../_ui/clock.ts";
import { useDeskSettings } from "../_ui/desk-settings.ts";
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
  const hours = useDeskSettings();
  const move = () =>
    mutate({
      ...callback,
      scheduledFor: nextMorning(hours, secondsNow() * 1_000, timeZone),
      timeZone,
      reason: "It was night there.",
    });
  return (
    <Button isBusy={isPending} onClick={move}>
      Move to {hours.decentHoursFrom}:00 there
    </Button>
  );
}
