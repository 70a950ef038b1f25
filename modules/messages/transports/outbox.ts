import { STOPPED, type Transport } from "./transport.ts";

/**
 * The way out without credentials: nothing leaves. What would have gone out is the message itself, kept with its addresses
 * and its text under the transport `outbox`, and under its own id, so that it is there once however often it is sent.
 */
export const outbox: Transport = {
  name: "outbox",
  send: async ({ id }, { signal }) =>
    signal.aborted ? STOPPED : { outcome: "sent", providerId: id, sentence: "The outbox keeps it; nothing has left." },
};
