"use client";
import { useState } from "react";
import { type Suppression, useLiftSuppression, useSuppress, useSuppressions } from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { Dialog } from "../_ui/dialog.tsx";
import { whoWords } from "../_ui/event-words.ts";
import { Button, Choice, Field, Form } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { say } from "../_ui/notices.tsx";
import { When } from "../_ui/when.tsx";
import { goToView } from "./address.ts";

const REASONS: Readonly<Record<Suppression["reason"], string>> = {
  stop: "said STOP",
  bounce: "not reached",
  complaint: "complained",
  manual: "by hand",
};

/** The suppressed recipients, with the reasons. Searched numbers and addresses stay out of the address of the page. */
export function Suppressions({ isHeld }: { isHeld: boolean }) {
  const [recipient, setRecipient] = useState<string>();
  const [all, setAll] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<Suppression | null>(null);
  const list = useSuppressions({ recipient, all }, isHeld);
  const rows = list.data?.pages.flatMap((page) => page.suppressions) ?? [];
  return (
    <>
      <Form
        className="panel flex flex-wrap items-end gap-3"
        onSend={(fields) => setRecipient(String(fields.get("recipient")).trim() || undefined)}
      >
        <div className="min-w-0 grow basis-56">
          <Field
            label="Recipient"
            name="recipient"
            type="search"
            placeholder="the whole number or address"
            maxLength={320}
            autoComplete="off"
          />
        </div>
        <label className="flex min-h-[38px] items-center gap-2 text-small">
          <input type="checkbox" checked={all} onChange={({ target }) => setAll(target.checked)} />
          ended ones, too
        </label>
        <Button>Show</Button>
        <Button type="button" onClick={() => setAdding(true)}>
          Suppress somebody…
        </Button>
      </Form>
      <Listing
        label="Suppressions"
        list={list}
        columns={["Recipient", "Why", "Since", "Actions"]}
        empty={
          recipient === undefined
            ? "Nobody is suppressed. Who answers STOP, bounces or complains comes here by themselves."
            : "This recipient is not suppressed."
        }
      >
        {rows.map((one) => (
          <Row key={one.id} suppression={one} onLift={() => setLifting(one)} />
        ))}
      </Listing>
      {isAdding && <SuppressDialog onClose={() => setAdding(false)} />}
      {lifting && <LiftDialog suppression={lifting} onClose={() => setLifting(null)} />}
    </>
  );
}

function Row({ suppression, onLift }: { suppression: Suppression; onLift: () => void }) {
  const now = useDeskClock();
  const {
    spacedRecipient: recipient,
    spacedSender: sender,
    channel,
    reason,
    source,
    createdBy,
    createdAt,
    expiresAt,
    removedAt,
    removedBy,
    removedWhy,
  } = suppression;
  return (
    <tr className="*:align-top">
      <td>
        <strong className="wrap-anywhere">{recipient}</strong>
        <div className="text-muted text-small wrap-anywhere">
          {channel === "sms" ? "SMS" : "e-mail"} {sender === null ? "of any sender" : `of ${sender}`}
        </div>
      </td>
      <td>
        <span className="tag quiet">{REASONS[reason]}</span>
        <div className="text-muted text-small wrap-anywhere">
          <Source source={source} />
        </div>
      </td>
      <td>
        <When at={createdAt} now={now} />
        <div className="text-muted text-small wrap-anywhere">{whoWords(createdBy)}</div>
        {expiresAt !== null && (
          <div className="text-muted text-small">
            until <When at={expiresAt} now={now} />
          </div>
        )}
      </td>
      <td>
        {removedAt === null ? (
          <Button aria-label={`Lift the suppression of ${recipient}`} onClick={onLift}>
            Lift…
          </Button>
        ) : (
          <div className="text-muted text-small wrap-anywhere">
            lifted <When at={removedAt} now={now} /> by {removedBy}: {removedWhy}
          </div>
        )}
      </td>
    </tr>
  );
}

/** The source of a suppression; a message of ours leads to its story. */
function Source({ source }: Pick<Suppression, "source">) {
  const [, messageId] = /^message ([\w-]{36})$/.exec(source) ?? [];
  if (messageId === undefined) return source;
  return (
    <button type="button" className="plain-button underline" onClick={() => goToView("messages", { id: messageId })}>
      after a message
    </button>
  );
}

function SuppressDialog({ onClose }: { onClose: () => void }) {
  const { mutate, isPending, error } = useSuppress();
  const send = (fields: FormData) => {
    const text = (name: string) => String(fields.get(name)).trim();
    const until = text("until");
    mutate(
      {
        channel: text("channel") as Suppression["channel"],
        recipient: text("recipient"),
        ...(text("sender") !== "" && { sender: text("sender") }),
        why: text("why"),
        ...(until !== "" && { expiresAt: new Date(until).toISOString() }),
      },
      {
        onSuccess({ spacedRecipient: recipient }) {
          say(`Nothing more is sent to ${recipient}.`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title="Suppress somebody"
      confirmLabel="Send nothing more"
      cancelLabel="Cancel"
      isBusy={isPending}
      error={error}
      onSend={send}
      onClose={onClose}
    >
      <Choice label="Channel" name="channel" defaultValue="sms">
        <option value="sms">SMS</option>
        <option value="email">e-mail</option>
      </Choice>
      <Field
        label="Recipient"
        name="recipient"
        placeholder="+442079460001"
        maxLength={320}
        autoComplete="off"
        required
      />
      <Field
        label="Sender"
        name="sender"
        hint="Only what this sender sends. Empty: what any sender sends."
        maxLength={320}
        autoComplete="off"
      />
      <Field label="Why" name="why" maxLength={500} autoComplete="off" required />
      <Field label="Until" name="until" type="datetime-local" hint="Empty: until somebody lifts it." />
    </Dialog>
  );
}

function LiftDialog({
  suppression: { id, spacedRecipient: recipient },
  onClose,
}: {
  suppression: Suppression;
  onClose: () => void;
}) {
  const { mutate, isPending, error } = useLiftSuppression();
  return (
    <Dialog
      title={`Send to ${recipient} again`}
      confirmLabel="Lift the suppression"
      isBusy={isPending}
      error={error}
      onSend={(fields) =>
        mutate(
          { id, why: String(fields.get("why")).trim() },
          {
            onSuccess({ message }) {
              say(message);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>Who lifted it and why stays on record.</p>
      <Field label="Why" name="why" maxLength={500} autoComplete="off" required />
    </Dialog>
  );
}
