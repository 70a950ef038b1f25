"use client";
import { useState } from "react";
import { MAX_BODY, type Channel, useSendMessage } from "#client/messages";
import { Dialog } from "../_ui/dialog.tsx";
import { Button, Choice, Field } from "../_ui/form.tsx";
import { keep, kept } from "../_ui/kept.ts";
import { say } from "../_ui/notices.tsx";
import { PeopleSearch } from "../_ui/people-search.tsx";
import { change } from "./address.ts";
import { segmentsText } from "./words.ts";

/** The fields that are filled in at the start. */
export type Draft = {
  channel?: Channel;
  customer?: { id: string; name: string };
  from?: string | undefined;
  to?: string | undefined;
};

/** The storage key of the last sender, which is nearly always the same. */
const senderKept = (channel: Channel) => `sender of ${channel}`;

/** Writes a text or an e-mail to a customer, and shows what a text costs before it is sent. */
export function ComposeDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { mutate, isPending, error } = useSendMessage();
  const [channel, setChannel] = useState<Channel>(draft.channel ?? "sms");
  const [customer, setCustomer] = useState(draft.customer ?? null);
  const [to, setTo] = useState(draft.to ?? "");
  const [body, setBody] = useState("");
  const send = (fields: FormData) => {
    if (!customer) return;
    const text = (name: string) => String(fields.get(name) ?? "").trim();
    const [from, sendAfter] = [text("from"), text("sendAfter")];
    keep(senderKept(channel), from);
    const message = {
      customerId: customer.id,
      from,
      to: to.trim(),
      body,
      urgent: fields.get("urgent") === "on",
      ...(sendAfter !== "" && { sendAfter: new Date(sendAfter).toISOString() }),
    };
    mutate(channel === "sms" ? { channel, ...message } : { channel, ...message, subject: text("subject") }, {
      onSuccess({ id }) {
        say("Accepted: a worker stores and sends it.");
        onClose();
        change({ id });
      },
    });
  };
  return (
    <Dialog
      title="Write a message"
      confirmLabel="Send"
      cancelLabel="Cancel"
      isBusy={isPending}
      missing={customer === null ? "Choose the customer it goes to." : null}
      error={error}
      onSend={send}
      onClose={onClose}
    >
      <Choice label="As" value={channel} onChange={({ target }) => setChannel(target.value as Channel)}>
        <option value="sms">SMS</option>
        <option value="email">e-mail</option>
      </Choice>
      {customer === null ? (
        <PeopleSearch
          onChoose={({ userId, name, phone }) => {
            setCustomer({ id: userId, name });
            if (channel === "sms") setTo(phone);
          }}
        />
      ) : (
        <p className="m-0 flex items-center justify-between gap-2">
          <strong className="min-w-0 wrap-anywhere">{customer.name}</strong>
          <Button type="button" className="button plain small" onClick={() => setCustomer(null)}>
            Somebody else
          </Button>
        </p>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          key={channel}
          label="From"
          name="from"
          type={channel === "sms" ? "tel" : "email"}
          defaultValue={draft.from ?? kept(senderKept(channel)) ?? ""}
          placeholder={channel === "sms" ? "+14155550100" : "desk@example.com"}
          maxLength={320}
          autoComplete="off"
          required
        />
        <Field
          label="To"
          name="to"
          type={channel === "sms" ? "tel" : "email"}
          value={to}
          onChange={({ target }) => setTo(target.value)}
          maxLength={320}
          autoComplete="off"
          required
        />
      </div>
      {channel === "email" && <Field label="Subject" name="subject" maxLength={500} autoComplete="off" required />}
      <label className="grid gap-1 text-small font-semibold">
        Message
        <textarea
          className="control"
          name="body"
          rows={4}
          value={body}
          onChange={({ target }) => setBody(target.value)}
          maxLength={MAX_BODY[channel]}
          required
        />
      </label>
      {channel === "sms" && (
        <p role="status" className="m-0 text-muted text-small wrap-anywhere">
          {segmentsText(body)}
        </p>
      )}
      <Field label="Not before" name="sendAfter" type="datetime-local" hint="Empty: as soon as it may be." />
      {channel === "sms" && (
        <label className="flex items-center gap-2 text-small">
          <input type="checkbox" name="urgent" />
          urgent: also at night where the recipient is
        </label>
      )}
    </Dialog>
  );
}
