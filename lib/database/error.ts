import pg from "pg";

/**
 * The only place that looks inside the errors of Prisma and pg. With a driver adapter Prisma 7 keeps PostgreSQL's own error under
 * `meta.driverAdapterError.cause`; a test on a real database pins that shape.
 */
type Cause = { originalCode?: string; originalMessage?: string; kind?: string; constraint?: { index?: string } };

function causeOf(error: unknown): Cause | undefined {
  if (error instanceof pg.DatabaseError) return { originalCode: error.code ?? "", originalMessage: error.message };
  const meta = (error as { meta?: { driverAdapterError?: { cause?: Cause } } } | null)?.meta;
  return meta?.driverAdapterError?.cause ?? (error as { cause?: Cause } | null)?.cause;
}

/** PostgreSQL's SQLSTATE, or undefined when the error did not come from a statement. */
export function sqlState(error: unknown): string | undefined {
  return causeOf(error)?.originalCode;
}

/** The name of the violated unique index, check or foreign key, or undefined. */
export function violated(error: unknown): string | undefined {
  const cause = causeOf(error);
  if (!cause?.originalCode?.startsWith("23")) return undefined;
  return cause.constraint?.index ?? cause.originalMessage?.match(/constraint "([^"]+)"/)?.[1];
}

/** The database rolled it back because of a conflict: deadlock or serialization failure. A retry is safe. */
export function isTransactionConflict(error: unknown): boolean {
  return ["40001", "40P01"].includes(sqlState(error) ?? "");
}

/** Another transaction holds the row for longer than lock_timeout. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === "55P03";
}

/** PostgreSQL has no room for what it was to write. */
export function isDiskFull(error: unknown): boolean {
  return sqlState(error) === "53100";
}

/** PostgreSQL cannot store the text: it has a NUL character or a broken surrogate. */
export function isUnstorableText(error: unknown): boolean {
  const { originalCode = "", originalMessage = "" } = causeOf(error) ?? {};
  // All JSON comes from JSON.stringify, so its only possible fault is half of a surrogate pair.
  const isBrokenJson = originalCode === "22P02" && originalMessage.endsWith("for type json");
  return isBrokenJson || ["22021", "22P05"].includes(originalCode);
}

/**
 * The connection prepared a statement that the database can no longer run: a migration changed the type of a column, or a pooler in
 * between did not keep it.
 */
export function isStaleStatement(error: unknown): boolean {
  const { originalCode, originalMessage = "" } = causeOf(error) ?? {};
  return originalCode === "26000" || (originalCode === "0A000" && originalMessage.startsWith("cached plan"));
}

// Connection exceptions, operator intervention (restart, statement_timeout), too many connections, disk full, I/O.
const AWAY_STATES = /^(08|57|53|58|25P0[34])/;
const AWAY_KINDS = [
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
  "TlsConnectionError",
  "DatabaseDoesNotExist",
];
// The words of pg and Prisma, without a code, for a connection that is lost, slow or refused.
const AWAY_WORDS =
  /connection terminated|query read timeout|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|received unexpected \w+ message from backend|^timeout expired|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|socket hang up|unable to start a transaction|transaction already closed|transaction not found/i;

/** The database is down, starting, frozen or unreachable, or this connection is of no use; a retry in a moment may succeed. */
export function isDatabaseAway(error: unknown): boolean {
  const cause = causeOf(error);
  if (isStaleStatement(error)) return true;
  if (cause?.originalCode && AWAY_STATES.test(cause.originalCode)) return true;
  if (cause?.kind && AWAY_KINDS.includes(cause.kind)) return true;
  const said = [error, (error as { cause?: unknown } | null)?.cause].filter((e) => e instanceof Error);
  return (
    cause?.originalCode === undefined &&
    said.some((e) => AWAY_WORDS.test(`${e.message} ${(e as { code?: string }).code ?? ""}`))
  );
}
