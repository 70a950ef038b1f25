"use client";
import { useState } from "react";
import { type ShownRun, useCancelRun, useResume } from "#client/runs";
import { Dialog } from "../_ui/dialog.tsx";
import { Button } from "../_ui/form.tsx";
import { notifyError } from "../_ui/notices.tsx";
import { PauseDialog } from "../_ui/pause-dialog.tsx";
import { pauseOf } from "../_ui/pauses.tsx";

/**
 * Pause, resume and cancel, as far as the state of a run allows them; `hasBanner`: the banner of its pause, which has a button that
 * resumes it, is shown as well.
 */
export function Steer({
  run: { id, status, definitionName },
  hasBanner = false,
}: {
  run: Pick<ShownRun, "id" | "status" | "definitionName">;
  hasBanner?: boolean;
}) {
  const [asking, setAsking] = useState<"pause" | "cancel" | null>(null);
  const resume = useResume();
  const name = `run ${id}, ${definitionName}`;
  const close = () => setAsking(null);
  const counterpart = pauseOf({ scope: "run", target: id });
  const isGoing = ["PENDING", "RUNNING", "PAUSED"].includes(status);
  return (
    <div className="flex flex-wrap gap-2">
      {isGoing && status === "PAUSED" && !hasBanner && (
        <Button
          kind="main"
          isBusy={resume.isPending}
          data-counterpart={counterpart}
          aria-label={`Resume ${name}`}
          onClick={() => resume.mutate({ scope: "run", target: id }, { onError: notifyError })}
        >
          Resume
        </Button>
      )}
      {isGoing && status !== "PAUSED" && (
        <Button data-counterpart={counterpart} aria-label={`Pause ${name}`} onClick={() => setAsking("pause")}>
          Pause
        </Button>
      )}
      {isGoing && (
        <Button aria-label={`Cancel ${name}`} onClick={() => setAsking("cancel")}>
          Cancel
        </Button>
      )}
      {asking === "pause" && <PauseDialog of={{ scope: "run", target: id }} name={name} onClose={close} />}
      {asking === "cancel" && <CancelDialog id={id} name={name} onClose={close} />}
    </div>
  );
}

function CancelDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { mutate, isPending, error } = useCancelRun();
  return (
    <Dialog
      title={`Cancel ${name}`}
      confirmLabel="Cancel the run"
      kind="danger"
      isBusy={isPending}
      error={error}
      onSend={() => mutate(id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>What waits is taken out of the queue for good; the results it has stay.</p>
    </Dialog>
  );
}
