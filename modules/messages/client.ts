/**
 * Texts and e-mails, from a browser: the queries refetch while the page is visible, unless the reader holds the list; and the
 * actions of a supervisor.
 */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { live, liveList } from "#lib/browser/live";
import { usePress } from "#lib/browser/use-press";
import type { MessageState } from "./rules.ts";
import type {
  acceptAnswer,
  conversationsAnswer,
  deadLettersAnswer,
  deadLettersInput,
  emailInput,
  messagesAnswer,
  messagesInput,
  messageStoryAnswer,
  ofConversationAnswer,
  pauseInput,
  providersAnswer,
  redriveAnswer,
  redriveInput,
  settleInput,
  settleSpanAnswer,
  settleSpanInput,
  smsInput,
  steerAnswer,
  suppressInput,
  suppressionAnswer,
  suppressionsAnswer,
} from "./schema.ts";

export {
  MAX_BODY,
  type Channel,
  CHANNELS,
  MAX_COUNTED,
  DEAD_STATES,
  MESSAGE_STATES,
  type MessageState,
} from "./rules.ts";
export { segmentsOf } from "./segments.ts";

export type MessagePage = z.infer<typeof messagesAnswer>;
export type ShownMessage = MessagePage["messages"][number];
export type MessageStory = z.infer<typeof messageStoryAnswer>;
export type MessageEvent = MessageStory["timeline"][number];
export type ShownConversation = z.infer<typeof conversationsAnswer>["conversations"][number];
export type DeadLetters = z.infer<typeof deadLettersAnswer>;
export type DeadGroup = DeadLetters["groups"][number];
export type Suppression = z.infer<typeof suppressionAnswer>;
export type Provider = z.infer<typeof providersAnswer>["providers"][number];
export type Steered = z.infer<typeof steerAnswer>;
export type SettledSpan = z.infer<typeof settleSpanAnswer>;
export type Redriven = z.infer<typeof redriveAnswer>;

type Given<T> = { [K in keyof T]?: T[K] | undefined };
export type MessageAsk = Given<Pick<z.input<typeof messagesInput>, "channel" | "transport" | "search">> & {
  state?: MessageState | undefined;
};
export type GroupAsk = Given<Pick<z.input<typeof deadLettersInput>, "state" | "channel" | "errorClass" | "errorCode">>;
export type RedriveWish = Pick<z.input<typeof redriveInput>, "ids" | "group" | "all">;
export type SendWish =
  | ({ channel: "sms" } & z.input<typeof smsInput>)
  | ({ channel: "email" } & z.input<typeof emailInput>);

const paged = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
} as const;

/** The messages that match the filter, newest first, page by page, with the number in each state. */
export const useMessages = (asked: MessageAsk, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["messages", "list", asked],
    queryFn: ({ pageParam }) => ask<MessagePage>(`GET /messages${queryOf({ ...asked, cursor: pageParam, limit: 25 })}`),
    ...paged,
    placeholderData: (before) => before,
    ...liveList(isHeld),
  });

/** One message with its events. */
export const useMessage = (id: string, isHeld: boolean) =>
  useQuery({
    queryKey: ["messages", "story", id],
    queryFn: () => ask<MessageStory>(`GET /messages/${encodeURIComponent(id)}`),
    ...live(isHeld),
  });

/** Conversations with customers, the latest first, page after page. */
export const useMessageConversations = (customerId: string | undefined, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["messages", "conversations", customerId],
    queryFn: ({ pageParam }) =>
      ask<z.infer<typeof conversationsAnswer>>(
        `GET /messages/conversations${queryOf({ customerId, cursor: pageParam, limit: 25 })}`,
      ),
    ...paged,
    placeholderData: (before) => before,
    ...liveList(isHeld),
  });

/** The messages of one conversation, newest first, page after page. */
export const useMessagesOf = (conversationId: string, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["messages", "conversation", conversationId],
    queryFn: ({ pageParam }) =>
      ask<z.infer<typeof ofConversationAnswer>>(
        `GET /conversations/${encodeURIComponent(conversationId)}/messages${queryOf({ cursor: pageParam, limit: 25 })}`,
      ),
    ...paged,
    ...liveList(isHeld),
  });

/** The dead letters of a group, or all, page after page; the groups are in each page. */
export const useMessageDeadLetters = (asked: GroupAsk, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["messages", "dead", asked],
    queryFn: ({ pageParam }) =>
      ask<DeadLetters>(`GET /messages/dead-letters${queryOf({ ...asked, cursor: pageParam, limit: 25 })}`),
    ...paged,
    placeholderData: (before) => before,
    ...liveList(isHeld),
  });

/** The recipients to whom nothing is sent; with `all` also suppressions that were lifted. */
export const useSuppressions = (asked: { recipient?: string | undefined; all: boolean }, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["messages", "suppressions", asked],
    queryFn: ({ pageParam }) =>
      ask<z.infer<typeof suppressionsAnswer>>(
        `GET /messages/suppressions${queryOf({ recipient: asked.recipient, all: asked.all ? "1" : null, cursor: pageParam, limit: 25 })}`,
      ),
    ...paged,
    placeholderData: (before) => before,
    ...liveList(isHeld),
  });

/** The providers, and whether each is paused. */
export const useProviders = (isHeld: boolean) =>
  useQuery({
    queryKey: ["messages", "providers"],
    queryFn: () => timed(ask<z.infer<typeof providersAnswer>>("GET /messages/providers")),
    ...live(isHeld),
  });

export const useSendMessage = () =>
  useChange(({ channel, ...message }: SendWish) =>
    press<z.infer<typeof acceptAnswer>>(`POST /messages/${channel}`, message),
  );

export const useReleaseMessage = () =>
  useChange((id: string) => press<Steered>(`POST /messages/${encodeURIComponent(id)}/release`));

export const useSettleMessage = () =>
  useChange(({ id, arrived }: z.input<typeof settleInput>) =>
    press<Steered>(`POST /messages/${encodeURIComponent(id)}/settle`, { arrived }),
  );

/** Settles the unsure messages of a provider and a span; `useSettleMessagesPreview` counts them. */
export const useSettleMessages = () =>
  useChange(({ transport, ...input }: z.input<typeof settleSpanInput>) =>
    press<SettledSpan>(`POST /messages/providers/${transport}/settle`, input),
  );
export const useSettleMessagesPreview = ({ transport, ...span }: Omit<z.input<typeof settleSpanInput>, "arrived">) =>
  useQuery({
    queryKey: ["preview", "settle messages", transport, span],
    queryFn: () =>
      ask<SettledSpan>(`POST /messages/providers/${transport}/settle`, { ...span, arrived: true, preview: true }),
    gcTime: 0,
    networkMode: "always",
  });

export const useCorrectAddress = () =>
  useChange(({ id, to }: { id: string; to: string }) =>
    press<Steered>(`PATCH /messages/dead-letters/${encodeURIComponent(id)}`, { to }),
  );

/** Sends dead letters again; `useRedriveMessagesPreview` previews that. */
export const useRedriveMessages = () =>
  useChange((wish: RedriveWish) => press<Redriven>("POST /messages/dead-letters/redrive", wish));
export const useRedriveMessagesPreview = (wish: RedriveWish) =>
  useQuery({
    queryKey: ["preview", "redrive messages", wish],
    queryFn: () => ask<Redriven>("POST /messages/dead-letters/redrive", { ...wish, preview: true }),
    gcTime: 0,
    networkMode: "always",
  });

export const useSuppress = () =>
  useChange((input: z.input<typeof suppressInput>) => press<Suppression>("POST /messages/suppressions", input));

export const useLiftSuppression = () =>
  useChange(({ id, why }: { id: number; why: string }) =>
    press<Steered>(`POST /messages/suppressions/${id}/remove`, { why }),
  );

export const usePauseProvider = () =>
  useChange(({ transport, ...input }: z.input<typeof pauseInput>) =>
    press<Steered>(`POST /messages/providers/${transport}/pause`, input),
  );

export const useResumeProvider = () =>
  useChange((transport: Provider["transport"]) => press<Steered>(`POST /messages/providers/${transport}/resume`));

/** A mutation that refetches everything about messages. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  const readAgain = () => void queries.invalidateQueries({ queryKey: ["messages"] });
  return usePress({ mutationFn, onSettled: readAgain });
}
