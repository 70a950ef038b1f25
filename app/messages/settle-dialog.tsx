"use client";
import { useState } from "react";
import { type Provider, useSettleMessages, useSettleMessagesPreview } from "#client/messages";
import { Dialog } from "../_ui/dialog.tsx";
import { Choice, Failure, Field } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { counted } from "../_ui/words.ts";
import { providerName } from "./words.ts";

type Props = { transport: Provider["transport"]; now: number; onClose: () => void };

/** Asks what became of the unsure messages of one provider and one span, and says how many they are before somebody confirms it. */
export function SettleDialog({ transport, now, onClose }: Props) {
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  // What becomes unsure while the question stands is not part of it.
  const [opened] = useState(now);
  const timeOf = (local: string) => (Number.isNaN(Date.parse(local)) ? undefined : new Date(local).toISOString());
  const span = { transport, since: timeOf(since), until: timeOf(until) ?? new Date(opened).toISOString() };
  const preview = useSettleMessagesPreview(span);
  const { mutate, isPending, error } = useSettleMessages();
  const matching = preview.data?.matching;
  const send = (fields: FormData) =>
    mutate(
      { ...span, arrived: fields.get("fate") === "arrived" },
      {
        onSuccess({ settled, sentAgain, left }) {
          const rest = left > 0 ? ` ${left} are left.` : "";
          say(`${counted(settled, "message")} settled, ${sentAgain} in line to be sent again.${rest}`);
          onClose();
        },
      },
    );
  const missing = matching === undefined ? "They could not be counted. Close this, and open it again." : null;
  const name = providerName(transport).replace(/^The /, "the ");
  return (
    <Dialog
      title={`Settle what ${name} left unsure`}
      confirmLabel={matching ? `Settle ${counted(matching, "message")}` : "Settle"}
      isBusy={isPending || preview.isPending}
      missing={matching === 0 ? "No message is unsure in this span." : missing}
      error={error}
      onSend={send}
      onClose={onClose}
    >
      <Field
        label="Handed over from"
        type="datetime-local"
        hint="Empty: from the first on."
        value={since}
        onChange={(event) => setSince(event.target.value)}
      />
      <Field
        label="Until"
        type="datetime-local"
        hint="Empty: until now."
        value={until}
        onChange={(event) => setUntil(event.target.value)}
      />
      <Failure error={preview.error} />
      <p role="status">
        {matching === undefined ? (
          "Loading…"
        ) : (
          <>
            <strong>{counted(matching, "message")}</strong> {matching === 1 ? "is" : "are"} unsure in this span. One
            whose time has passed is not sent again.
          </>
        )}
      </p>
      <Choice label="What became of them" name="fate" defaultValue="" required>
        <option value="" disabled>
          Choose…
        </option>
        <option value="not">They did not arrive: send again</option>
        <option value="arrived">They arrived</option>
      </Choice>
    </Dialog>
  );
}
