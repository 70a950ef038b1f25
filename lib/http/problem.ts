import { isDatabaseAway, isDiskFull, isLockTimeout, isUnstorableText, sqlState, violated } from "#lib/database/error";
import { CODES, type Code, Refusal } from "#lib/base/errors";

export type Problem = { status: number; code: Code; detail: string; details?: Record<string, unknown> | undefined };

/** A disk gets room only when somebody makes it. */
const FULL_DISK_SECONDS = 30;

/** The caller's view of a thrown error: the refusal itself, or a sentence without internals. */
export function problemOf(error: unknown): Problem {
  const { code, detail, details } = explanationOf(error);
  return { status: CODES[code].status, code, detail, details };
}

function explanationOf(error: unknown): Omit<Problem, "status"> {
  if (error instanceof Refusal) return { code: error.code, detail: error.message, details: error.details };
  if (isLockTimeout(error)) {
    return { code: "conflict", detail: "Somebody else is changing this right now; nothing was written. Try again." };
  }
  if (isDiskFull(error)) {
    const detail =
      "Nothing can be stored at the moment, because the disk of the database is full. Nothing was written; try again later.";
    return { code: "unavailable", detail, details: { retryAfterSeconds: FULL_DISK_SECONDS } };
  }
  if (isDatabaseAway(error)) {
    return { code: "unavailable", detail: "The database does not answer at the moment. Try again in a second." };
  }
  if (isUnstorableText(error)) {
    return { code: "invalid_input", detail: "A text holds characters that cannot be stored, such as a NUL character." };
  }
  return { code: "internal", detail: "This failed on our side; the log says why under the request id." };
}

/** The headers that belong to a status. */
export function problemHeaders(status: number, details: Record<string, unknown> = {}): Record<string, string> {
  if (status === 429) return { "retry-after": String(details.retryAfterSeconds ?? 60) };
  if (status === 409 && "retryAfterSeconds" in details) return { "retry-after": String(details.retryAfterSeconds) };
  if (status === 405 && details.allow) return { allow: String(details.allow) };
  if (status === 401) return { "www-authenticate": 'Bearer realm="ringback"' };
  if (status === 503) return { "retry-after": String(details.retryAfterSeconds ?? 1) };
  return {};
}

/** The body of RFC 9457. `type` is the address of the code on the page of the API. */
export function problemBody({ status, code, detail, details }: Problem, requestId: string): Record<string, unknown> {
  return { ...details, type: `/docs#${code}`, title: titleOf(code), status, code, detail, requestId };
}

/** "invalid_input" becomes "Invalid input". */
export function titleOf(code: Code): string {
  const words = code.replaceAll("_", " ");
  return words[0]!.toUpperCase() + words.slice(1);
}

/**
 * The fields of a fault in the log. The message of a database error may quote a person's input, so of such an error only the
 * SQLSTATE, the constraint and the stack are logged.
 */
export function faultForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const state = sqlState(error);
  const isFromDatabase = state !== undefined || error.name.startsWith("PrismaClient");
  return {
    name: error.name,
    ...(isFromDatabase
      ? {
          sqlState: state,
          constraint: violated(error),
          isAway: isDatabaseAway(error),
          ...(isDiskFull(error) && { isDiskFull: true }),
        }
      : { message: error.message }),
    stack: framesOf(error),
    ...(error.cause instanceof Error && { cause: faultForLog(error.cause) }),
  };
}

/** The stack without the message before it, whose lines may look like frames. */
function framesOf({ message, stack = "" }: Error): string | undefined {
  const start = stack.indexOf(message);
  if (start === -1) return undefined;
  const lines = stack.slice(start + message.length).split("\n");
  return lines.filter((line) => /^\s+at /.test(line)).join("\n");
}
