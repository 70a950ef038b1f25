"use client";
import { useState } from "react";
import { MESSAGE_STATES, type MessageAsk, type MessagePage, useMessages } from "#client/messages";
import { csvOf } from "../_ui/csv.ts";
import { useFold } from "../_ui/fold.tsx";
import { saveFile } from "../_ui/save-file.ts";
import { Button, Choice, Field, FilterButtons, Form } from "../_ui/form.tsx";
import { change } from "./address.ts";
import { MessageTable } from "./message-table.tsx";
import { countText, STATES } from "./words.ts";

type Props = { asked: MessageAsk; isOutbox: boolean; openId: string | undefined; isHeld: boolean };

/** The messages that fit the filters, or those of the outbox. The searched person stays out of the address of the page. */
export function Listed({ asked, isOutbox, openId, isHeld }: Props) {
  const [search, setSearch] = useState<string>();
  const wanted: MessageAsk = { ...asked, search, transport: isOutbox ? "outbox" : undefined };
  const list = useMessages(wanted, isHeld);
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? [];
  const isNarrowed = Object.values({ ...asked, search }).some((value) => value !== undefined);
  return (
    <>
      {isOutbox && (
        <p className="notice accepted">
          What would have gone out: without credentials for Twilio or a mail server nothing leaves, and this is where it
          is kept.
        </p>
      )}
      <Filters
        asked={asked}
        search={search}
        onSearch={setSearch}
        counts={isOutbox ? undefined : list.data?.pages[0]?.counts}
      />
      <MessageTable
        label={isOutbox ? "Outbox" : "Messages"}
        list={list}
        messages={messages}
        asked={JSON.stringify([wanted, list.isPlaceholderData, list.data?.pages.length])}
        openId={openId}
        empty={
          isNarrowed
            ? "No message fits. Take another state or channel, or look for somebody else."
            : isOutbox
              ? "The outbox is empty. Write a message, and what would have gone out is kept here."
              : "No message yet. Write one here; what a connected system sends appears by itself."
        }
      />
      {messages.length > 0 && (
        <Button onClick={() => saveFile("messages.csv", csvOf(COLUMNS, messages), "text/csv")}>
          Export CSV of what is shown
        </Button>
      )}
    </>
  );
}

type FiltersProps = {
  asked: MessageAsk;
  search: string | undefined;
  onSearch: (search: string | undefined) => void;
  /** The counts of every state; undefined where they do not belong to the shown list. */
  counts: MessagePage["counts"] | undefined;
};

function Filters({ asked: { state, channel }, search, onSearch, counts }: FiltersProps) {
  const shown = MESSAGE_STATES.filter((one) => one === state || counts?.[one]);
  const { fold, unfold } = useFold([state, channel]);
  return (
    <Form
      className="panel filters"
      {...fold}
      onSend={(fields) => onSearch(String(fields.get("search")).trim() || undefined)}
    >
      <div className="md:col-span-6">
        <Field
          key={search ?? ""}
          label="With"
          name="search"
          type="search"
          defaultValue={search}
          placeholder="a name, a number or an address"
          maxLength={320}
          autoComplete="off"
        />
      </div>
      {unfold}
      <Choice label="Channel" value={channel ?? ""} onChange={({ target }) => change({ channel: target.value })}>
        <option value="">any</option>
        <option value="sms">SMS</option>
        <option value="email">e-mail</option>
      </Choice>
      <div className="md:col-span-4">
        <FilterButtons
          onClear={() => {
            onSearch(undefined);
            change({ state: null, channel: null });
          }}
        />
      </div>
      <div className="below">
        <fieldset className="chips">
          <legend className="sr-only">State</legend>
          <button type="button" aria-pressed={state === undefined} onClick={() => change({ state: null })}>
            All{counts && ` ${countText(Object.values(counts))}`}
          </button>
          {shown.map((one) => (
            <button key={one} type="button" aria-pressed={one === state} onClick={() => change({ state: one })}>
              <span className={one === state ? "" : COLOURS[STATES[one][1]]}>{STATES[one][0]}</span>{" "}
              {counts && countText([counts[one]])}
            </button>
          ))}
        </fieldset>
      </div>
    </Form>
  );
}

/** The columns of a file of messages. */
const COLUMNS = [
  "id",
  "acceptedAt",
  "channel",
  "direction",
  "customerId",
  "customerName",
  "from",
  "to",
  "subject",
  "body",
  "state",
  "why",
  "attempts",
  "errorCode",
] as const;

/** The colours of chips that are not selected; a selected chip has a colour of its own. */
const COLOURS: Readonly<Record<string, string>> = {
  late: "text-late",
  soon: "text-soon",
  kept: "text-kept",
  accepted: "text-accepted",
  quiet: "text-muted",
};
