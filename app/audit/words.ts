import { eventOf, eventWords } from "../_ui/event-words.ts";

/** "Staff signed in" of `staff.signed_in`; an event of a callback has the words that its history has. */
export function wordsOf(action: string): string {
  const [subject = "", event = ""] = action.split(".");
  if (eventSubject(event) === subject) return eventWords(event)[0];
  const words = action.replaceAll(/[._]/g, " ");
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

/** The code for these words, or for the code itself. */
export function actionOf(words: string): string {
  const event = eventOf(words);
  if (event !== null) return `${eventSubject(event)}.${event}`;
  return words.toLowerCase().replace(" ", ".").replaceAll(" ", "_");
}

/** What an event of a history happened to: a call for the outcome that is taken back, otherwise a callback. */
function eventSubject(event: string): string {
  return event === "outcome_undone" ? "call" : "callback";
}

/** "agent 7; outcome type: answered; found: yes" */
export function detailWords(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .map(([key, value]) => {
      const name = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      return name.endsWith(" id") ? `${name.slice(0, -3)} ${valueWords(value)}` : `${name}: ${valueWords(value)}`;
    })
    .join("; ");
}

function valueWords(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value === null) return "none";
  return Array.isArray(value) ? value.map(valueWords).join(", ") : String(value);
}
