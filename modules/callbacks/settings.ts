import { z } from "zod";
import { count, deskLimit, orNull } from "#lib/base/setting";

const OWN_NUMBER = "must be a number of yours with its country code, such as +14155550100";

export const limits = {
  acceptedGraceSeconds: deskLimit({
    variable: "ACCEPTED_GRACE_SECONDS",
    meaning: "Seconds after which an absent agent's accepted callback is given back.",
    usual: 600,
    max: 86_400,
  }),
  offerMinutes: deskLimit({
    variable: "OFFER_MINUTES",
    meaning: "Minutes after its time that a callback waits for its agent before it is offered to somebody else.",
    usual: 3,
    max: 1_440,
  }),
  acceptedMinutes: deskLimit({
    variable: "ACCEPTED_MINUTES",
    meaning: "Minutes after its time that an accepted callback waits for its agent before it is handed over.",
    usual: 10,
    max: 1_440,
  }),
  agentCallbackCap: deskLimit({
    variable: "AGENT_CALLBACK_CAP",
    meaning: "Callbacks that may wait for one agent at a time.",
    usual: 10,
    max: 1_000,
  }),
  snoozeLimit: deskLimit({
    variable: "SNOOZE_LIMIT",
    meaning: "How often a callback may be snoozed.",
    usual: 5,
    max: 100,
  }),
  agentPromisesPerHour: deskLimit({
    variable: "AGENT_PROMISES_PER_HOUR",
    meaning: "Promises one agent makes by hand in an hour; those made with the outcome of a call do not count.",
    usual: 30,
    max: 1_000,
  }),
  callbackMaxAttempts: deskLimit({
    variable: "CALLBACK_MAX_ATTEMPTS",
    meaning: "Tries until a new callback has failed.",
    usual: 3,
    max: 50,
  }),
  reminderFrom: {
    variable: "REMINDER_FROM",
    meaning:
      "The number that texts about callbacks come from, such as +14155550100; without one none are sent, and `remind` is refused. npm start with invented people and without Twilio has one, and the outbox keeps the texts.",
    schema: orNull(z.string().regex(/^\+[1-9][0-9]{6,14}$/, OWN_NUMBER)),
  },
  reminderLeadMinutes: count({
    variable: "REMINDER_LEAD_MINUTES",
    meaning: "Minutes before a call at which its reminder goes.",
    usual: 30,
    max: 1_440,
  }),
};
