"use client";
import { useReschedule } from "#client/callbacks";
import { secondsNow } from "../_ui/clock.ts";
import { Button } from "../_ui/form.tsx";
import { notifyError, say } from "../_ui/notices.tsx";
import { nextMorning } from "../_ui/time.ts";

/** Gives a promise that would ring somebody at night the next morning of theirs. */
export function MoveToMorning({ callbackId, timeZone }: { callbackId: number; timeZone: string }) {
  const { mutate, isPending } = useReschedule();
  const move = () =>
    mutate(
      {
        callbackId,
        scheduledFor: nextMorning(secondsNow() * 1_000, timeZone),
        timeZone,
        reason: "It was night there.",
      },
      { onSuccess: ({ message }) => say(message), onError: notifyError },
    );
  return (
    <Button isBusy={isPending} onClick={move}>
      Move to 8:00 there
    </Button>
  );
}
