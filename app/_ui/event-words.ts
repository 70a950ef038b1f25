const WORDS: Record<string, [words: string, colour: string]> = {
  created: ["Promised", "bg-accent"],
  queued: ["Queued", "bg-edge"],
  covered: ["Covered by another call", "bg-edge"],
  rerouted: ["Routed again", "bg-edge"],
  refused: ["Not queued", "bg-late"],
  quarantined: ["Set aside", "bg-late"],
  accepted: ["Accepted", "bg-accepted"],
  snoozed: ["Snoozed", "bg-soon"],
  snooze_undone: ["Snooze taken back", "bg-edge"],
  released: ["Given back", "bg-soon"],
  skipped: ["Skipped", "bg-soon"],
  returned: ["Taken back", "bg-soon"],
  reassigned: ["Moved", "bg-accent"],
  rescheduled: ["Another time", "bg-accent"],
  call_started: ["Call began", "bg-accepted"],
  retried: ["Nobody reached", "bg-soon"],
  completed: ["Kept", "bg-kept"],
  failed: ["Not reached", "bg-late"],
  cancelled: ["Cancelled", "bg-muted"],
  outcome_undone: ["Outcome taken back", "bg-edge"],
  erased: ["Erased", "bg-muted"],
  // An event of a customer, not of a callback.
  call: ["Call", "bg-kept"],
};

/** The words for an event of a callback or a customer, and the colour of its dot. */
export function eventWords(kind: string): [words: string, colour: string] {
  return WORDS[kind] ?? [kind.replaceAll("_", " "), "bg-edge"];
}

/** The event that these words name, in letters of any size. */
export function eventOf(words: string): string | null {
  const wanted = words.trim().toLowerCase();
  return Object.keys(WORDS).find((kind) => WORDS[kind]?.[0].toLowerCase() === wanted) ?? null;
}

/** Names the actor of an event: "by Maya Lindqvist", "through the API", or "automatically". */
export function byWhom(who: string): string {
  if (who === "cron" || who === "system") return "automatically";
  if (who === "service") return "through the API";
  return who.startsWith("key ") ? `by API ${who}` : `by ${who}`;
}

/** Names a person, or describes an actor that is none: the API, or Ringback itself. */
export function whoWords(who: string): string {
  if (who === "service") return "the API";
  return who === "system" || who === "cron" ? "Ringback itself" : who;
}
