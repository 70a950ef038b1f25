"use client";
import { useState } from "react";
import { MESSAGE_STATES, type MessageAsk, type MessagePage, useMessages } from "#client/messages";
import { Button, Choice, Field, Form } from "../_ui/form.tsx";
import { change } from "./address.ts";
import { MessageTable } from "./message-table.tsx";
import { STATES } from "./words.ts";

type Props = { asked: MessageAsk; isOutbox: boolean; openId: string | undefined; isHeld: boolean };

/** The messages that fit, or what the outbox has kept. The number or address that is looked for stays out of the address of the page. */
export function Listed({ asked, isOutbox, openId, isHeld }: Props) {
  const [to, setTo] = useState<string>();
  const wanted: MessageAsk = { ...asked, to, transport: isOutbox ? "outbox" : undefined };
  const list = useMessages(wanted, isHeld);
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? [];
  const isNarrowed = Object.values({ ...asked, to }).some((value) => value !== undefined);
  return (
    <>
      {isOutbox && (
        <p className="notice accepted">
          What would have gone out: without credentials for Twilio or a mail server nothing leaves, and this is where it
          is kept.
        </p>
      )}
      <Filters asked={asked} to={to} onTo={setTo} counts={isOutbox ? undefined : list.data?.pages[0]?.counts} />
      <MessageTable
        label={isOutbox ? "Outbox" : "Messages"}
        list={list}
        messages={messages}
        asked={JSON.stringify([wanted, list.isPlaceholderData, list.data?.pages.length])}
        openId={openId}
        empty={
          isNarrowed
            ? "No message fits. Take another state or channel, or look for another number."
            : isOutbox
              ? "The outbox is empty. Write a message, and what would have gone out is kept here."
              : "No message yet. Write one here, or let a connected system post to /api/messages/sms or /api/messages/email."
        }
      />
    </>
  );
}

type FiltersProps = {
  asked: MessageAsk;
  to: string | undefined;
  onTo: (to: string | undefined) => void;
  /** Of every state; undefined where they are not of what is shown. */
  counts: MessagePage["counts"] | undefined;
};

function Filters({ asked: { state, channel }, to, onTo, counts }: FiltersProps) {
  const all = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shown = MESSAGE_STATES.filter((one) => one === state || counts?.[one]);
  return (
    <div className="panel grid gap-3">
      <Form
        className="flex flex-wrap items-end gap-3"
        onSend={(fields) => onTo(String(fields.get("to")).trim() || undefined)}
      >
        <div className="min-w-0 grow basis-56">
          <Field
            key={to ?? ""}
            label="To"
            name="to"
            type="search"
            defaultValue={to}
            placeholder="the whole number or address"
            maxLength={320}
            autoComplete="off"
          />
        </div>
        <div className="w-36">
          <Choice label="Channel" value={channel ?? ""} onChange={({ target }) => change({ channel: target.value })}>
            <option value="">any</option>
            <option value="sms">SMS</option>
            <option value="email">e-mail</option>
          </Choice>
        </div>
        <Button>Show</Button>
        <Button
          type="button"
          onClick={() => {
            onTo(undefined);
            change({ state: null, channel: null });
          }}
        >
          Clear
        </Button>
      </Form>
      <fieldset className="chips flex flex-wrap gap-2">
        <legend className="sr-only">State</legend>
        <button type="button" aria-pressed={state === undefined} onClick={() => change({ state: null })}>
          All{all !== undefined && ` ${all.toLocaleString()}`}
        </button>
        {shown.map((one) => (
          <button key={one} type="button" aria-pressed={one === state} onClick={() => change({ state: one })}>
            <span className={one === state ? "" : COLOURS[STATES[one][1]]}>{STATES[one][0]}</span>{" "}
            {counts?.[one]?.toLocaleString()}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** Of a chip that is not chosen; a chosen one has a colour of its own. */
const COLOURS: Readonly<Record<string, string>> = {
  late: "text-late",
  soon: "text-soon",
  kept: "text-kept",
  accepted: "text-accepted",
  quiet: "text-muted",
};
