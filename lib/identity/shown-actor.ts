import { type Sql, sql } from "#lib/database/sql";

/** A stored actor for people to read: the name of the agent, account or API key; the stored text itself where there is none. */
export const shownActor = (actor: Sql): Sql => sql`coalesce(actor_name(${actor}), ${actor})`;
