"use client";
import { useDemoDay, useRunDemoDay } from "#client/demo";
import { useOfSeconds } from "./clock.ts";
import { Button, Failure } from "./form.tsx";

/** A banner while a simulated day runs: the time left, and a button that ends it. */
export function DemoDay() {
  const { data } = useDemoDay();
  const { mutate, isPending } = useRunDemoDay();
  const ends = Math.floor(Date.parse(data?.endsAt ?? "") / 1_000);
  const left = useOfSeconds((now) => (now < ends ? Math.ceil((ends - now) / 60) : 0));
  if (!data?.isAvailable || data.endsAt === null) return null;
  return (
    <p className="tag soon demo-day">
      Demo day, {left} min left
      <Button isBusy={isPending} onClick={() => mutate(false)} aria-label="End the demo day">
        End
      </Button>
    </p>
  );
}

/** Starts a simulated day, where one is available: colleagues come and go, customers ask for calls, calls are made. */
export function StartDemoDay() {
  const { data } = useDemoDay();
  const { mutate, isPending, error } = useRunDemoDay();
  if (!data?.isAvailable || data.endsAt !== null) return null;
  return (
    <>
      <Button isBusy={isPending} onClick={() => mutate(true)}>
        Start a demo day
      </Button>
      <Failure error={error} />
    </>
  );
}
