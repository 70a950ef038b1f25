"use client";
import { useDemoDay, useRunDemoDay } from "#client/demo";
import { Button, Failure } from "./form.tsx";

/** Starts a simulated day, where there is one: colleagues come and go, customers ask for calls, calls are made. */
export function DemoDay() {
  const { data } = useDemoDay();
  const { mutate, isPending, error } = useRunDemoDay();
  if (!data?.isAvailable) return null;
  const isRunning = data.endsAt !== null;
  return (
    <>
      <Button isBusy={isPending} onClick={() => mutate(!isRunning)}>
        {isRunning ? "End the demo day" : "Start a demo day"}
      </Button>
      <Failure error={error} />
    </>
  );
}
