"use client";
import { MAX_COUNTED, type Provider, useProviders, useResumeProvider } from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { pauseOf } from "../_ui/pauses.tsx";
import { When } from "../_ui/when.tsx";
import { providerName } from "./words.ts";

/** The paused providers: the reason, the end, and the number of waiting messages. */
export function PausedProviders({ isHeld }: { isHeld: boolean }) {
  const { data } = useProviders(isHeld);
  return data?.providers
    .filter(({ isPaused }) => isPaused)
    .map((provider) => <PausedProvider key={provider.transport} provider={provider} />);
}

function PausedProvider({ provider: { transport, pausedUntil, why, waiting } }: { provider: Provider }) {
  const now = useDeskClock();
  const { mutate, isPending, error } = useResumeProvider();
  const name = providerName(transport);
  return (
    <div className="notice soon run-banner">
      <div className="min-w-0 wrap-anywhere">
        <strong>
          {name} is paused{" "}
          {pausedUntil === null ? (
            "until somebody resumes it."
          ) : (
            <>
              until <When at={pausedUntil} now={now} />.
            </>
          )}
        </strong>{" "}
        {why}{" "}
        {waiting === 0
          ? "Nothing waits for it."
          : `${waiting === MAX_COUNTED ? "10,000 or more" : waiting.toLocaleString()} ${waiting === 1 ? "message waits" : "messages wait"} for it; none is lost.`}
        <Failure error={error} />
      </div>
      <Button
        isBusy={isPending}
        data-counterpart={pauseOf({ scope: "provider", target: transport })}
        onClick={() => mutate(transport)}
      >
        Resume {name.replace(/^The /, "the ")}
      </Button>
    </div>
  );
}
