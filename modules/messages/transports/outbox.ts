import { STOPPED, type Transport } from "./transport.ts";

/**
 * The transport without credentials: nothing leaves. The stored message itself, with its addresses and its text, is the copy under
 * the transport `outbox`; it has one id, so it is there once however often it is sent.
 */
export const outbox: Transport = {
  name: "outbox",
  send: async ({ id }, { signal }) =>
    signal.aborted ? STOPPED : { outcome: "sent", providerId: id, sentence: "The outbox keeps it; nothing has left." },
};
