/** The limits a supervisor may set, in the order of the screen, each within the range of its variable in lib/base/env.ts. */
export const SETTINGS = [
  {
    name: "agentGraceSeconds",
    meaning:
      "Seconds after which the waiting callbacks of an agent who is silent, on break or on another call go to others.",
    min: 1,
    max: 86_400,
  },
  {
    name: "acceptedGraceSeconds",
    meaning: "Seconds after which an absent agent's accepted callback is given back.",
    min: 1,
    max: 86_400,
  },
  {
    name: "callGraceMinutes",
    meaning: "Minutes after which the call of an absent agent is given back; longer than a conversation lasts.",
    min: 1,
    max: 1_440,
  },
  {
    name: "offerMinutes",
    meaning: "Minutes after its time that a callback waits for its agent before it is offered to somebody else.",
    min: 1,
    max: 1_440,
  },
  {
    name: "acceptedMinutes",
    meaning: "Minutes after its time that an accepted callback waits for its agent before it is handed over.",
    min: 1,
    max: 1_440,
  },
  { name: "agentCallbackCap", meaning: "Waiting callbacks that the tick gives one agent.", min: 1, max: 1_000 },
  { name: "snoozeLimit", meaning: "How often a callback may be snoozed.", min: 1, max: 100 },
  { name: "agentPromisesPerHour", meaning: "Promises one agent makes by hand in an hour.", min: 1, max: 1_000 },
  { name: "agentLookupsPerHour", meaning: "Telephone numbers one agent looks up in an hour.", min: 1, max: 1_000 },
  {
    name: "callbackRetryMinutes",
    meaning: "Minutes until an unanswered callback is tried again, within the decent hours of the user.",
    min: 1,
    max: 1_440,
  },
  {
    name: "decentHoursFrom",
    meaning: "The hour of the user's own clock before which nobody is called who did not ask for it.",
    min: 1,
    max: 12,
  },
  {
    name: "decentHoursTo",
    meaning: "The hour of the user's own clock from which on nobody is called who did not ask for it.",
    min: 13,
    max: 24,
  },
  {
    name: "askedToleranceMinutes",
    meaning: "Minutes after the time a user asked for in which the call may still be made outside those hours.",
    min: 1,
    max: 1_440,
  },
  {
    name: "undeliveredMinutes",
    meaning: "Minutes until a task's result that nobody acknowledged becomes a callback.",
    min: 1,
    max: 1_440,
  },
  { name: "callbackMaxAttempts", meaning: "Tries until a new callback has failed.", min: 1, max: 50 },
] as const;

export type SettingName = (typeof SETTINGS)[number]["name"];
export const SETTING_NAMES = SETTINGS.map(({ name }) => name) as [SettingName, ...SettingName[]];
