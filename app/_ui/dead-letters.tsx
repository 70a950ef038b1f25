"use client";
import Link from "next/link";
import { useState } from "react";
import { useDeadLetters, useRedrive, useRedrivePreview } from "#client/runs";
import { BulkDialog } from "./bulk-dialog.tsx";
import { useDeskClock } from "./clock.ts";
import { Button } from "./form.tsx";
import { Listing } from "./listing.tsx";
import { When } from "./when.tsx";
import { conversationName, faultText } from "./words.ts";

type Props = { runId?: string | undefined; isHeld: boolean };

/** Conversations whose attempts are all spent: their failures, and a retry for all of them. */
export function DeadLetters({ runId, isHeld }: Props) {
  const list = useDeadLetters(runId, isHeld);
  const [isAsking, setAsking] = useState(false);
  const now = useDeskClock();
  const { letters = [], hasMore = false } = list.data ?? {};
  return (
    <section aria-labelledby="dead-letters">
      <div className="run-title mt-10">
        <h2 id="dead-letters">Dead letters</h2>
        {letters.length > 0 && <Button onClick={() => setAsking(true)}>Redrive all…</Button>}
      </div>
      <Listing
        label="Dead letters"
        list={list}
        columns={["Conversation", "Model", "What failed it", "Since"]}
        empty="No dead letters: nothing has spent all its attempts."
      >
        {letters.map(
          ({ itemId, runId: run, definitionName, title, modelId, repetition, class: what, error, diedAt }) => (
            <tr key={itemId}>
              <td>
                <Link
                  href={`/runs?id=${run}&item=${itemId}`}
                  prefetch={false}
                  aria-label={`${conversationName(title, { modelId, repetition })}, run ${run}`}
                >
                  {title}
                </Link>
                {(runId === undefined || repetition > 1) && (
                  <div className="text-muted text-small">
                    {[
                      ...(runId === undefined ? [`run ${run}`, definitionName] : []),
                      ...(repetition > 1 ? [`repetition ${repetition}`] : []),
                    ].join(", ")}
                  </div>
                )}
              </td>
              <td>{modelId}</td>
              <td className="wrap-anywhere">
                {what !== null && faultText(what)}: {error}
              </td>
              <td>
                <When at={diedAt} now={now} />
              </td>
            </tr>
          ),
        )}
      </Listing>
      {hasMore && <p className="text-muted text-small">These are the oldest; there are others.</p>}
      {isAsking && <Redrive runId={runId} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Redrive({ runId, onClose }: { runId: string | undefined; onClose: () => void }) {
  const preview = useRedrivePreview(runId);
  const action = useRedrive();
  return (
    <BulkDialog
      title={runId === undefined ? "Redrive every dead letter" : "Redrive the dead letters of this run"}
      confirmLabel="Redrive"
      preview={preview}
      action={action}
      input={runId}
      onClose={onClose}
    />
  );
}
