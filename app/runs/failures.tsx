"use client";
import { useState } from "react";
import { type FailureGroup, useRetry, useRetryPreview } from "#client/runs";
import { BulkDialog } from "../_ui/bulk-dialog.tsx";
import { Button } from "../_ui/form.tsx";
import { faultText } from "../_ui/words.ts";
import { Panel } from "./panel.tsx";
import { listed } from "./words.ts";

type Filter = { class?: string; code?: string };

/** The failures, in groups by error; each group can be tried again after a preview. */
export function Failures({ runId, groups }: { runId: string; groups: readonly FailureGroup[] }) {
  const [asking, setAsking] = useState<Filter | null>(null);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return (
    <Panel
      title="Failures"
      aside={groups.length > 1 && <Button onClick={() => setAsking({})}>Retry all {count}…</Button>}
    >
      {groups.length === 0 && <p className="m-0 text-muted">Nothing has failed.</p>}
      <ul className="run-failures">
        {groups.map(({ class: what, code, count: of, models, sample }) => (
          <li key={`${what} ${code}`}>
            <strong>{of}</strong>
            <div className="min-w-0 wrap-anywhere">
              {faultText(what, code)}
              <div className="text-muted text-small">
                {listed(models)}
                {sample !== null && `: ${sample}`}
              </div>
            </div>
            <Button
              onClick={() => setAsking({ class: what, code: code ?? "" })}
              aria-label={`Retry what failed as ${faultText(what, code)}`}
            >
              Retry…
            </Button>
          </li>
        ))}
      </ul>
      {asking && <Retry runId={runId} filter={asking} onClose={() => setAsking(null)} />}
    </Panel>
  );
}

function Retry({ runId, filter, onClose }: { runId: string; filter: Filter; onClose: () => void }) {
  const wish = { runId, filter };
  const preview = useRetryPreview(wish);
  const action = useRetry();
  return (
    <BulkDialog
      title={
        filter.class === undefined
          ? "Retry everything that failed"
          : `Retry what failed as ${faultText(filter.class, filter.code || null)}`
      }
      confirmLabel="Retry"
      preview={preview}
      action={action}
      input={wish}
      onClose={onClose}
    />
  );
}
