import { z } from "zod";
import { count, deskLimit, httpAddress, listOf, longSecret, secret, secrets } from "#lib/base/setting";

/** A host name, with its port unless that is 443. */
const host = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/, "must be names such as relay.example.com, with commas");

export const limits = {
  undeliveredMinutes: deskLimit({
    variable: "UNDELIVERED_MINUTES",
    meaning: "Minutes until a task's result that nobody acknowledged becomes a callback.",
    usual: 5,
    max: 1_440,
  }),
  relayHosts: {
    variable: "CURSOR_TASK_RELAY_HOSTS",
    meaning:
      "Our own relays whose wsUrl may be dialled, such as relay.example.com,relay.example.com:8443. No other host is ever dialled.",
    usual: "",
    schema: listOf(host),
  },
  streamsPerConversation: count({
    variable: "STREAMS_PER_CONVERSATION",
    meaning: "Event streams that one conversation may hold open; one more takes the place of the oldest.",
    usual: 4,
    max: 100,
  }),
  streamsPerInstance: count({
    variable: "STREAMS_PER_INSTANCE",
    meaning: "Event streams that one process may hold open; one more is refused with 503.",
    usual: 500,
    max: 100_000,
  }),
};

/** The services: where Cursor agents are launched, and the secrets with which Cursor and the runners sign. */
export const services = {
  CURSOR_API_URL: {
    meaning: "The address at which Cursor agents are launched.",
    usual: "https://api.cursor.com",
    schema: httpAddress("must be the address of an API, such as https://api.cursor.com"),
  },
  CURSOR_API_KEY: {
    meaning: "The key with which Cursor agents are launched; without one none are.",
    schema: secret.optional(),
  },
  CURSOR_WEBHOOK_SECRET: {
    meaning:
      "The secret with which Cursor signs its webhooks, 32 characters or more; two with a comma while it is changed. Unset: they are refused.",
    otherwise: "made at the first start",
    schema: secrets(longSecret).optional(),
  },
  RUNNER_WEBHOOK_SECRET: {
    meaning:
      "The secret with which our runners sign (Standard Webhooks): whsec_ and 24 to 64 bytes in base64; two with a comma. Unset: they are refused.",
    otherwise: "made at the first start",
    schema: secrets(
      z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64"),
    ).optional(),
  },
};
