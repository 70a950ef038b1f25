/**
 * Texts and e-mails: accepted with 202, stored in their conversation, sent once, or shown with the reason why not.
 *
 *     accepted --stored--> stored --attempt--> sending --> sent --receipt--> delivered / failed / bounced
 *                           |  ^                |  \          \--72 hours--> no_receipt
 *                  held <---+  +--- backoff ----+   \--> unsure --callback, look-up, a person--> sent / stored
 *                  suppressed, expired <--- at the moment of sending ---> dead (dead letters)
 *
 * Open first: `accept.ts`, `store-from-queue.ts`, `send.ts`; that is the life of a message. The queue (`queue/port.ts`) lies between
 * accepting and storing only: attempts, delays and order are rows of PostgreSQL with every queue.
 *
 * Owns message_keys, message_queue, message_conversations, messages, message_events, message_provider_events, message_suppressions,
 * message_erasure_key and message_providers.
 *
 * Promises: a message whose request was answered with 202 is in the queue, and after any crash in exactly one state; a key is
 * accepted once; a message is handed to a provider once, except where a provider's silence was settled by a person or by
 * UNSURE_POLICY=resend; within a conversation messages are sent in the order in which they were accepted; a state changes together
 * with an event that says why. No network call is inside a transaction.
 */
export { acceptEmail, acceptSms } from "./accept.ts";
export { drainMessagesForCron, runMessageWorker } from "./drain.ts";
export { correctAddress, listDeadLetters, redriveDeadLetters } from "./dead-letters.ts";
export { takeInbound, takeStatusReport } from "./hooks.ts";
export { listMessageConversations, listMessages, listOfConversation } from "./list.ts";
export { listProviders, pauseProviderByHand, resumeProvider } from "./providers.ts";
export { messageReadings } from "./metrics.ts";
export { showMessage } from "./show.ts";
export { settleUnsureMessage, settleUnsureSpan } from "./settle-unsure.ts";
export { releaseMessage, withdrawMessages } from "./steer.ts";
export { listSuppressions, removeSuppression, suppressRecipient } from "./suppressions.ts";
export { holdCustomer } from "./sql/hold.ts";
export { wayOf } from "./sql/way.ts";
export { hasMessages, ownAddressesOf, readOwnAddresses, userOf } from "./sql/messages-of.ts";
