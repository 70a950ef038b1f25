"use client";
import Link from "next/link";
import { type Pause, type PauseTarget, useResume } from "#client/runs";
import { useDeskClock } from "./clock.ts";
import { whoWords } from "./event-words.ts";
import { Button, Failure } from "./form.tsx";
import { When } from "./when.tsx";

/** The name by which the buttons that pause and resume the same thing give each other the focus. */
export function pauseOf({ scope, target }: { scope: string; target: string }): string {
  return `pause of ${scope} ${target}`;
}

/**
 * A pause as a banner: its target, its author, the reason, the end, and a button that resumes. `running` is how many conversations it
 * still waits for. Elsewhere than on the page of its run the banner names the run and leads to it.
 */
export function PauseBanner({ pause, running, isElsewhere = false }: Props) {
  const now = useDeskClock();
  const { mutate, isPending, error } = useResume();
  const { scope, target, isHard, isAutomatic, pausedBy, why, startedAt, until } = pause;
  const run = isElsewhere ? (
    <Link href={`/runs?id=${target}`} prefetch={false}>
      Run {target}
    </Link>
  ) : (
    "This run"
  );
  const what = { queue: "Everything", model: target, run }[scope];
  const resumed = { queue: "everything", model: target, run: isElsewhere ? `run ${target}` : "the run" }[scope];
  return (
    <div className="notice soon run-banner">
      <div className="min-w-0 wrap-anywhere">
        <strong>
          {what} {isAutomatic ? "has been paused since" : `was paused by ${whoWords(pausedBy)} at`}{" "}
          <When at={startedAt} now={now} />
          {why === null ? "." : ":"}
        </strong>{" "}
        {why !== null && (
          <>
            <q>{why}</q>.
          </>
        )}{" "}
        {isHard ? "Hard: running conversations return at their next turn." : "Soft: running conversations finish."}{" "}
        {until === null ? (
          "Until somebody resumes it."
        ) : (
          <>
            Goes on by itself at <When at={until} now={now} />.
          </>
        )}{" "}
        {running > 0 && <strong>Pausing, {running} still running.</strong>}
        <Failure error={error} />
      </div>
      <Button
        isBusy={isPending}
        data-counterpart={pauseOf(pause)}
        onClick={() => mutate({ scope, target } as PauseTarget)}
      >
        Resume {resumed}
      </Button>
    </div>
  );
}
type Props = { pause: Pause; running: number; isElsewhere?: boolean };
