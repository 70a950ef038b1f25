import { demoAgents, demoUsers } from "../../prisma/demo.ts";

const PEOPLE = [...demoUsers, ...demoAgents];

/** The nth of the invented people: 42 different pairs of the demo's first and last names. */
export function aName(n: number): { firstName: string; lastName: string } {
  const first = n % PEOPLE.length;
  const last = (first + 1 + (Math.floor(n / PEOPLE.length) % (PEOPLE.length - 1))) % PEOPLE.length;
  return { firstName: PEOPLE[first]!.firstName, lastName: PEOPLE[last]!.lastName };
}

/** Reasons for which people ask to be called back. */
export const REASONS = [
  "Has the form at home and wants to go through it together.",
  "Will have found the letter by then.",
  "Is at work until then.",
  "Wants to ask her brother first.",
  "Asked for the person who called last week.",
] as const;
