"use client";
import { type Pause, type PauseTarget, useResume } from "#client/runs";
import { useDeskClock } from "./clock.ts";
import { whoWords } from "./event-words.ts";
import { Button, Failure } from "./form.tsx";
import { When } from "./when.tsx";

/** The name by which the buttons that pause and resume the same thing give each other the focus. */
export function pauseOf({ scope, target }: { scope: string; target: string }): string {
  return `pause of ${scope} ${target}`;
}

/** A pause as a banner: its target, its author, the reason, the end, and a button that resumes. */
export function PauseBanner({ pause, running }: { pause: Pause; running?: number }) {
  const now = useDeskClock();
  const { mutate, isPending, error } = useResume();
  const { scope, target, isHard, isAutomatic, pausedBy, why, startedAt, until } = pause;
  const what = scope === "queue" ? "Everything" : scope === "model" ? target : "This run";
  return (
    <div className="notice soon run-banner">
      <div className="min-w-0 wrap-anywhere">
        <strong>
          {isAutomatic ? `${what} is paused since` : `${what} was paused by ${whoWords(pausedBy)} at`}{" "}
          <When at={startedAt} now={now} />
        </strong>{" "}
        {why !== null && <q>{why}</q>}{" "}
        {isHard ? "Hard: running conversations return at their next turn." : "Soft: running conversations finish."}{" "}
        {until === null ? (
          "Until somebody resumes it."
        ) : (
          <>
            Goes on by itself at <When at={until} now={now} />.
          </>
        )}{" "}
        {running !== undefined && running > 0 && <strong>Pausing, {running} still running.</strong>}
        <Failure error={error} />
      </div>
      <Button
        isBusy={isPending}
        data-counterpart={pauseOf(pause)}
        onClick={() => mutate({ scope, target } as PauseTarget)}
      >
        Resume {scope === "run" ? "the run" : scope === "model" ? target : "everything"}
      </Button>
    </div>
  );
}
