import {
  CHANNELS,
  DEAD_STATES,
  type GroupAsk,
  MESSAGE_STATES,
  type MessageAsk,
  type MessageState,
} from "#client/messages";
import { changeAt } from "../_ui/address.ts";

/** The views, in the order of the switch. */
export const VIEWS = [
  { view: "messages", name: "Messages" },
  { view: "conversations", name: "Conversations" },
  { view: "dead", name: "Dead letters" },
  { view: "suppressions", name: "Suppressions" },
  { view: "outbox", name: "Outbox" },
  { view: "providers", name: "Providers" },
] as const;
export type View = (typeof VIEWS)[number]["view"];

/** The view and its filters: two people at the same place see the same. It never contains numbers or addresses of people. */
export type Place = {
  view: View;
  state: MessageState | undefined;
  channel: MessageAsk["channel"];
  /** The group of dead letters that is shown. */
  group: GroupAsk;
  conversationId: string | undefined;
  messageId: string | undefined;
};

/** The place an address leads to. Values that are not valid are left out. */
export function placeOf(address: URLSearchParams): Place {
  const given = (name: string) => address.get(name)?.trim() || undefined;
  const channel = CHANNELS.find((one) => one === given("channel"));
  return {
    view: VIEWS.find(({ view }) => view === given("view"))?.view ?? "messages",
    state: MESSAGE_STATES.find((one) => one === given("state")),
    channel,
    group: {
      state: DEAD_STATES.find((one) => one === given("state")),
      channel,
      errorClass: given("class"),
      errorCode: given("code"),
    },
    conversationId: given("conversation"),
    messageId: given("id"),
  };
}

/** Goes to the address with these changes; null or "" removes a parameter, and Back returns. */
export function change(changes: Record<string, string | null | undefined>): void {
  changeAt("/messages", changes);
}

/** Goes to another view, without the filters of the one before. */
export function goToView(view: View, more: Record<string, string | null> = {}): void {
  const nothing = { state: null, channel: null, class: null, code: null, conversation: null, id: null };
  change({ ...nothing, view: view === "messages" ? null : view, ...more });
}

/** The id of the button that opens the story of a message in a list; the focus returns to it when the story is closed. */
export function rowId(messageId: string): string {
  return `message-${messageId}`;
}
