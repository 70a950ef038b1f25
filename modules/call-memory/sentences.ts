/** A sentence of a note and where it stands in it, in UTF-16 units. */
export type Sentence = { text: string; from: number; to: number; isQuestion: boolean };

/**
 * The sentences of a note. Notes are often lines without a full stop, so that a line, a semicolon and a dash between spaces end a
 * sentence, too; "e.g." and "4.30" do not.
 */
export function sentencesOf(notes: string): Sentence[] {
  const found: Sentence[] = [];
  let from = 0;
  const close = (to: number) => {
    const raw = notes.slice(from, to);
    const text = raw.trim();
    if (text !== "") {
      const start = from + raw.indexOf(text);
      found.push({ text, from: start, to: start + text.length, isQuestion: text.endsWith("?") });
    }
  };
  for (const end of notes.matchAll(/[\r\n]+|;|[!?]+|\.(?=\s|$)|\s[-–—•]\s/gu)) {
    const isMark = /[.!?]/.test(end[0]);
    const isAbbreviation =
      end[0] === "." && /\b(?:mr|mrs|ms|dr|no|st|approx|e\.g|i\.e|etc|ext|tel|vs)$/i.test(notes.slice(from, end.index));
    if (isAbbreviation) continue;
    // "On 12.3. at 11": the full stop belongs to the date.
    const isDate =
      end[0] === "." &&
      /\bon \d{1,2}\.\d{1,2}$/i.test(notes.slice(from, end.index)) &&
      /^ +(?:at|@|from|after|before|around|between|um|\d)/i.test(notes.slice(end.index + 1));
    if (isDate) continue;
    // "Thursday 3pm - call back", and the other way round: the time belongs to the words beside the dash.
    const isDash = /[-–—]/.test(end[0]);
    if (
      isDash &&
      (isOnlyTime(notes.slice(from, end.index)) || isOnlyTime(firstLine(notes.slice(end.index + end[0].length))))
    )
      continue;
    // "Asks can we ring at 3 - no slots": what became of the wish before the dash.
    if (isDash && IS_REFUSAL.test(notes.slice(end.index + end[0].length))) continue;
    close(end.index + (isMark ? end[0].length : 0));
    from = end.index + end[0].length;
  }
  close(notes.length);
  return found;
}

const IS_REFUSAL =
  /^(?:no (?:slots?|appointments?|availability|capacity)|none (?:left|free|available)|not (?:possible|available)|declined|refused|said no|turned down)\b/i;

const DAY_OR_HOUR =
  "(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?|tomorrow|tmrw?|tmw|tom|today|tonight|noon|midday|morning|afternoon|evening|[ap]m|next|this|on|at|by|after|before|week|wk|jan\\w*|feb\\w*|mar(?:ch)?|apr\\w*|may|june?|july?|aug\\w*|sept?\\w*|oct\\w*|nov\\w*|dec\\w*|@|\\d[\\d:./]*(?:[ap]m|st|nd|rd|th)?)";
const ONLY_TIME = new RegExp(`^${DAY_OR_HOUR}(?:[ ,]+${DAY_OR_HOUR}){0,5}$`, "i");

function isOnlyTime(piece: string): boolean {
  return ONLY_TIME.test(piece.trim());
}

const firstLine = (text: string): string => text.split(/[\r\n;.!?](?=\s|$)|\s[-–—•]\s/u)[0] ?? "";

/**
 * The clauses of a sentence in full English, so that "too expensive for now but call back Friday" is two clauses. A clause begins
 * at a comma, "and", "but" or "then" that a subject or an action follows.
 */
export function clausesOf(sentence: string): string[] {
  const clauses: string[] = [];
  for (const part of sentence.split(CLAUSE_START)) {
    const clause = part.trim().replace(/^(?:and|but|then|so)\b,? */, "");
    if (clause === "") continue;
    if (clauses.length > 0 && MORE_OF_A_TIME.test(clause)) clauses.push(`${clauses.pop()} ${clause}`);
    else clauses.push(clause);
  }
  return clauses;
}

/** "Speak tomorrow, 2pm": the words after the comma still belong to the time. */
const MORE_OF_A_TIME =
  /^(?:(?:at|on|around|about|by|after|before|from|between|any ?time) ){0,2}(?:the )?(?:(?:half|quarter|ten|twenty)(?: past| to)? [a-z\d]+|\d[\w.:/-]*|noon|midday|first thing|(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|tonight|(?:in the )?(?:morning|afternoon|evening))(?: (?:to|and|or|at|in the|-|\d[\w.:]*|[ap]m|morning|afternoon|evening|today|tomorrow|tonight|\w+day|sharp|(?:her|his|their|local) time|please|latest|o'clock|(?:jan|feb|mar|apr|may|june|july|aug|sept?|oct|nov|dec)\w*))*$/;

const SUBJECT = "(?:i|we|she|he|they|it|customer|mr|mrs|ms|her|his|their|the|our)";
const ACTION =
  "(?:will|shall|to|re-?contact|re-?try|call|ring|phone|send|sending|email|emailing|text|post|chase|follow|speak|prefers?|wants?|needs?|asked|please|try|too|not|no)";
const CLAUSE_START = new RegExp(
  `(?:,|;|\\bbut\\b|,? ?\\band then\\b|\\bthen\\b(?= ${ACTION})|\\bso\\b(?= (?:${SUBJECT}|please|${ACTION.slice(3, -1)}|agreed|apologi[sz]ed|promised|arranged|booked|re-?booked|have|offered|passed|raised|escalated|ringing|calling|trying|sending|emailing|booking|arranging)\\b))(?= )|\\band\\b(?= (?:${SUBJECT} (?:will|shall|is|are|am|has|to|not|wants?|needs?|said|agreed|promised)|${ACTION})\\b)`,
  "g",
);
