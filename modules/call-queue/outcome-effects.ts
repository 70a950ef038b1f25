/**
 * The effect of each outcome on the regular queue: how many minutes the user rests, and whether regular calls end. It does not
 * bind a promise (a callback). The values are Ringback's own, modelled on the retry classes of dialler suites (busy: soon; no
 * answer: later; reached: tomorrow; wrong number: never).
 */
export const OUTCOME_EFFECTS = {
  answered: { restMinutes: 1_440, endsCalls: false },
  no_answer: { restMinutes: 120, endsCalls: false },
  busy: { restMinutes: 30, endsCalls: false },
  voicemail: { restMinutes: 240, endsCalls: false },
  call_back: { restMinutes: 0, endsCalls: false },
  wrong_number: { restMinutes: 0, endsCalls: true },
  do_not_call: { restMinutes: 0, endsCalls: true },
  not_interested: { restMinutes: 0, endsCalls: true },
  signed: { restMinutes: 1_440, endsCalls: false },
  documents_received: { restMinutes: 1_440, endsCalls: false },
} as const;
