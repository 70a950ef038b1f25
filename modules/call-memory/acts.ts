import { VERB } from "./rules/words.ts";

/**
 * "Will look at it and ring back" says two acts, of which the second has the subject and the "will" of the first. The later acts of a
 * clause, each with both; `before` is the clause before it, which may have them.
 */
export function laterActs(clause: string, before: string | undefined): string[] {
  const acts: string[] = [];
  const ofBefore = before === undefined ? undefined : WILL.exec(before)?.[0];
  if (ofBefore !== undefined && FURTHER_ACT.test(clause)) acts.push(`${ofBefore} ${clause}`);
  for (const { index, 0: and } of clause.matchAll(AND_ACT)) {
    const will = WILL.exec(clause.slice(0, index))?.[0] ?? ofBefore;
    if (will !== undefined) acts.push(`${will} ${clause.slice(index + and.length)}`);
  }
  return acts;
}

const WILL =
  /^(?:.*?\b)?(?:will|shall|would(?! (?:like|appreciate|welcome|prefer|love)\b)|(?:is|are|am) to|going to|(?:agreed|promised|offered|undertaken|undertook|need|needs|have|must|has) to|^to|(?:colleague|customer) to)(?: not)?(?= [a-z])/;
const ACT = `(?:${VERB})(?= (?:back|the|an?|her|him|them|it|us|me|you|customer|his|their|over|in|out|on|off|through|with|to|by|up|tomorrow|today|\\w+day|photos?|pictures|proof|details|documents)\\b|$)`;
const FURTHER_ACT = new RegExp(`^${ACT}`);
const AND_ACT = new RegExp(`,? and (?:then |also )?(?=${ACT})`, "g");
