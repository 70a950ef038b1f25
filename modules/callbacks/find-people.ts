import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { waysTo } from "./filter.ts";
import type { findPeopleAnswer, findPeopleInput } from "./schema.ts";
import { readPeople } from "./sql/read-people.ts";

/** A longer list is not read to its end; another letter makes it shorter. */
const MAX = 10;

/** The first ten users whose name or number is meant by the words, by name: enough to choose one from. */
export async function findPeople(
  { db }: ReadCtx,
  { search }: z.infer<typeof findPeopleInput>,
): Promise<z.infer<typeof findPeopleAnswer>> {
  const ways = waysTo(search);
  if (ways.length === 0) return { people: [] };
  return { people: await readPeople(db, ways, MAX) };
}
