"use client";
import { type ListedAgent, useExplainUnsent } from "#client/agents";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";
import { UnsentSentence } from "../_ui/unsent-sentence.tsx";

export type Held = ListedAgent["unsent"][number] & { agentId: number; who: string };

type Props = Held & { onClose: () => void; onDone: (message: string) => void };

/** Asks what became of a browser that holds unsent actions and did not come back. */
export function ExplainDialog({ agentId, browserId, who, onClose, onDone, ...held }: Props) {
  const explain = useExplainUnsent();
  const send = async (fields: FormData) => {
    await explain.mutateAsync({ agentId, browserId, reason: String(fields.get("reason")) });
    onDone(`The audit keeps what became of ${who}'s ${held.device}.`);
  };
  return (
    <Dialog
      title={`What became of ${who}'s ${held.device}?`}
      confirmLabel="Clear the report"
      isBusy={explain.isPending}
      error={explain.error}
      onClose={onClose}
      // The dialog shows a failure.
      onSend={(fields) => void send(fields).catch(() => {})}
    >
      <p className="text-muted text-small">
        <UnsentSentence who={who} {...held} /> It still goes out when {who} signs in again in that browser, which then
        reports anew.
      </p>
      <Field label="What became of it, for the audit" name="reason" required maxLength={500} autoComplete="off" />
    </Dialog>
  );
}
