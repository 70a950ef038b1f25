/**
 * The score of a regular user; a lower one is called sooner. The user who waits longest is at 0: scores begin at 100 on the first
 * day and lose one for each day of waiting, never below 0; each attempt adds a little, so that other users get their turn, and so
 * does the last outcome. This order is the desk's own rule; callbacks are ahead of it at -1000 and -2000. The refresh passes these
 * numbers to its statement.
 */
export const SCORE_RULES = {
  firstDay: 100,
  perWaitingDay: -1,
  perAttempt: 5,
  attemptsCounted: 10,
  lastOutcome: { no_answer: 5, busy: 0, voicemail: 10, answered: 20, call_back: 0, signed: 40, documents_received: 20 },
} as const;
