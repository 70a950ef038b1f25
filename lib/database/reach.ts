import pg from "pg";

const OLDEST = 15;
const TIMEOUT_MS = 5_000;

/**
 * Resolves when a PostgreSQL that Ringback can use answers at `url`. Otherwise throws within seconds a sentence about what
 * answers instead, without the password, for the person who set DATABASE_URL.
 */
export async function reachDatabase(url: string): Promise<void> {
  if (!/^postgres(ql)?:\/\//i.test(url) || !URL.canParse(url))
    throw new Error("DATABASE_URL is no PostgreSQL address such as postgresql://user:password@host:5432/name.");
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: "ringback",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ major: number }>(
      "SELECT current_setting('server_version_num')::int / 10000 AS major",
    );
    const major = rows[0]?.major ?? 0;
    if (major < OLDEST)
      throw new Error(`The PostgreSQL of DATABASE_URL is version ${major}; Ringback needs ${OLDEST} or newer.`);
  } catch (error) {
    throw inASentence(error as Error & { code?: string }, `${client.host}:${client.port}`);
  } finally {
    await client.end().catch(() => {});
  }
}

function inASentence(error: Error & { code?: string }, place: string): Error {
  const say = (sentence: string) => new Error(`${sentence} Check DATABASE_URL.`);
  if (error instanceof pg.DatabaseError) return say(`The PostgreSQL at ${place} refuses: ${error.message}.`);
  switch (error.code) {
    case "ECONNREFUSED":
      return say(`Nobody listens at ${place}; start the PostgreSQL that should.`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return say(`The host of ${place} cannot be found.`);
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return say(`${place} cannot be reached from this machine.`);
  }
  if (/timeout/i.test(error.message))
    return say(`No PostgreSQL answers at ${place} within ${TIMEOUT_MS / 1000} seconds.`);
  if (error.code === "ECONNRESET" || /terminated unexpectedly|SSL connection/i.test(error.message))
    return say(`What listens at ${place} does not talk as PostgreSQL does.`);
  return error;
}
