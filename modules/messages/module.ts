import { personalData } from "./personal-data.ts";
import { invariants } from "./invariants.ts";
import { senders } from "./senders.ts";
import { limits, services } from "./settings.ts";
import type { Module } from "../module.ts";

export const messages: Module = {
  name: "messages",
  sentence: "texts and e-mails: accepted once and sent once, or shown with the reason",
  uses: ["call-queue"],
  writes: [
    "message_conversations",
    "message_events",
    "message_keys",
    "message_provider_events",
    "message_providers",
    "message_queue",
    "message_suppressions",
    "messages",
  ],
  limits,
  services,
  senders,
  crons: {
    messages: {
      schedule: "* * * * *",
      repeatable: "one worker claims a message, with a lease; an attempt is recorded before it is made",
    },
  },
  invariants,
  personalData,
};
