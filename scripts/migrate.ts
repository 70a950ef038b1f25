/** `npm run db:migrate`: applies the missing migrations to the PostgreSQL at DATABASE_URL and names them. */
import { migrate } from "#lib/database/migrations";
import { readEnvironment } from "./environment.ts";
import { endWith, main } from "./main.ts";

await main(async () => {
  const url = readEnvironment().DATABASE_URL;
  if (!url) return endWith(1, "DATABASE_URL is not set; db:migrate works on the PostgreSQL it names.");
  const { applied, newer } = await migrate(url);
  for (const name of applied) console.log(`applied ${name}`);
  if (newer.length > 0) console.log(`The database has migrations that this code does not know: ${newer.join(", ")}.`);
  console.log(applied.length === 0 ? "Nothing to apply: the database is up to date." : "The database is up to date.");
  // The migration engine keeps a timer for a while, which need not run out.
  endWith(0);
});
