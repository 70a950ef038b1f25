/**
 * How soon a regular user is called: lower is sooner. From 0, who waits longest, upward: 100 on the first day, one
 * less for each day of waiting, never below 0; then a little more for each try, so that others get their turn, and for
 * what the last call taught. The range of 0 to 100 and above, and "longest waiting first", are the desk's own rule;
 * callbacks stand before all of it at -1000 and -2000. The refresh hands these numbers to its statement.
 */
export const SCORE_RULES = {
  firstDay: 100,
  perWaitingDay: -1,
  perAttempt: 5,
  attemptsCounted: 10,
  lastOutcome: { no_answer: 5, busy: 0, voicemail: 10, answered: 20, call_back: 0, signed: 40, documents_received: 20 },
} as const;
