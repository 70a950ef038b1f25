import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { spacedNumber } from "#lib/base/phone";
import { waysTo } from "./filter.ts";
import type { findPeopleAnswer, findPeopleInput } from "./schema.ts";
import { readPeople } from "./sql/read-people.ts";

/** Nobody reads a longer list to its end; one more letter makes it shorter. */
const MAX = 10;

/** The first ten users, by name, whose name or number matches the words: enough to choose one from. */
export async function findPeople(
  { db }: ReadCtx,
  { search }: z.infer<typeof findPeopleInput>,
): Promise<z.infer<typeof findPeopleAnswer>> {
  const ways = waysTo(search);
  if (ways.length === 0) return { people: [] };
  const found = await readPeople(db, ways, MAX);
  return {
    people: found.map(({ number, ...person }) => ({ ...person, spacedPhone: spacedNumber(number) ?? person.phone })),
  };
}
