"use client";
import { type ShownConversation, useMessageConversations, useMessagesOf } from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { Button } from "../_ui/form.tsx";
import { Fresh } from "../_ui/fresh.tsx";
import { Listing } from "../_ui/listing.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { When } from "../_ui/when.tsx";
import { goToView } from "./address.ts";
import type { Draft } from "./compose-dialog.tsx";
import { MessageTable } from "./message-table.tsx";
import { StateTag } from "./state-tag.tsx";
import { whoText } from "./words.ts";

type Props = {
  conversationId: string | undefined;
  openId: string | undefined;
  isHeld: boolean;
  onWrite: (draft: Draft) => void;
};

/** The conversations by text or e-mail, or one of them. Conversations of voice agents are another matter. */
export function Conversations({ conversationId, ...rest }: Props) {
  return conversationId === undefined ? (
    <List isHeld={rest.isHeld} />
  ) : (
    <One conversationId={conversationId} {...rest} />
  );
}

function List({ isHeld }: { isHeld: boolean }) {
  const list = useMessageConversations(undefined, isHeld);
  const all: ShownConversation[] = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  const { shown, fresh, refresh, hold } = useSteady(all, ({ id }) => id, String(list.data?.pages.length));
  const now = useDeskClock();
  return (
    <div {...hold}>
      <Fresh fresh={fresh} refresh={refresh} />
      <Listing
        label="Conversations"
        list={list}
        columns={["Last", "With", "Channel", "Messages", "Last message"]}
        empty="No conversation yet. One begins with the first message to or from a customer."
      >
        {shown.map(
          ({
            id,
            name,
            spacedAddress,
            customerId,
            channel,
            sentMessages,
            receivedMessages,
            lastAt,
            lastState,
            lastBody,
          }) => (
            <tr key={id} className="*:align-top">
              <td>
                <When at={lastAt} now={now} />
              </td>
              <td>
                <button
                  type="button"
                  className="plain-button wrap-anywhere"
                  onClick={() => goToView("conversations", { conversation: id })}
                >
                  {name ?? spacedAddress ?? `customer ${customerId}`}
                </button>
                {name !== null && <div className="text-muted text-small wrap-anywhere">{spacedAddress}</div>}
              </td>
              <td>{channel === "sms" ? "SMS" : "e-mail"}</td>
              <td>
                {sentMessages} to them, {receivedMessages} from them
              </td>
              <td>
                <div className="line-clamp-2 md:max-w-[44ch] wrap-anywhere">{lastBody}</div>
                {lastState !== null && <StateTag state={lastState} />}
              </td>
            </tr>
          ),
        )}
      </Listing>
    </div>
  );
}

function One({ conversationId, openId, isHeld, onWrite }: Props & { conversationId: string }) {
  const list = useMessagesOf(conversationId, isHeld);
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? [];
  const [latest] = messages;
  const ends = latest && (latest.direction === "in" ? [latest.to, latest.from] : [latest.from, latest.to]);
  return (
    <>
      <div className="run-title">
        <h2 className="wrap-anywhere">{latest ? `Conversation with ${whoText(latest)}` : "Conversation"}</h2>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => goToView("conversations")}>All conversations</Button>
          {latest && (
            <Button
              onClick={() =>
                onWrite({
                  channel: latest.channel,
                  // An unknown number is no customer, so nobody can write to it.
                  ...(!latest.customerId.startsWith("+") && {
                    customer: { id: latest.customerId, name: whoText(latest) },
                  }),
                  from: ends?.[0] ?? undefined,
                  to: ends?.[1] ?? undefined,
                })
              }
            >
              Write to them…
            </Button>
          )}
        </div>
      </div>
      <MessageTable
        label="Messages of the conversation"
        list={list}
        messages={messages}
        asked={JSON.stringify([conversationId, list.data?.pages.length])}
        openId={openId}
        empty="There is no message in this conversation."
      />
    </>
  );
}
