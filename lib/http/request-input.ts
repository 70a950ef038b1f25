import type { z } from "zod";
import { Refusal } from "#lib/base/errors";
import { faultOf, firstFaults } from "#lib/base/input-words";
import type { Call } from "#lib/http/call";
import { parseJson } from "#lib/http/json";

/** Maximum bytes of a body, for a known caller and for a stranger. */
export const MAX_BYTES = { caller: 1_048_576, stranger: 16_384 } as const;
/** More messages than this about one request help nobody. */
const MAX_ISSUES = 20;
const MAX_SENTENCE = 500;
/** JSON is UTF-8, and a charset beside it means nothing (RFC 8259): senders write what their library writes. */
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*("[!-~]+"|[^\s";]+)\s*)?$/i;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The input of a request: `defaults`, query, body, and `fixed` (path and headers), merged into one object in which later ones
 * take precedence, and parsed with `schema`. With `isForm` the body is the form of a sender of webhooks, else JSON. Refuses
 * `invalid_input`, `too_large` and `unsupported_media_type`.
 */
export async function readInput<S extends z.ZodType>(
  { request, body }: Pick<Call, "request" | "body">,
  schema: S,
  { defaults, fixed, isForm }: { defaults: Record<string, unknown>; fixed: Record<string, unknown>; isForm: boolean },
): Promise<z.output<S>> {
  const fields = (isForm ? formOf : jsonOf)(request.headers, await body());
  const given = { ...defaults, ...readQuery(request.url), ...fields, ...fixed };
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issues = firstFaults(parsed.error.issues)
    .slice(0, MAX_ISSUES)
    // One issue about unknown keys names them all.
    .map(({ path, message }) => ({ path, message: message.slice(0, MAX_SENTENCE) }));
  throw new Refusal("invalid_input", faultOf(issues[0]!), {
    issues: issues.map(({ path, message }) => ({ path: path.join("."), message })),
  });
}

function readQuery(url: string): Record<string, string> {
  const pairs = [...new URL(url).searchParams];
  const query = Object.fromEntries(pairs);
  if (Object.keys(query).length !== pairs.length) {
    throw new Refusal("invalid_input", "A query parameter is given twice; give each once.");
  }
  return query;
}

function jsonOf(headers: Headers, bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {};
  if (!JSON_TYPE.test(headers.get("content-type") ?? "") || headers.has("content-encoding")) {
    throw new Refusal("unsupported_media_type", "Send the body as plain JSON, with content-type: application/json.");
  }
  const body = parseJson(textOf(bytes));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal("invalid_input", "The body must be a JSON object.");
  }
  return { ...body };
}

/** The last value of a repeated name counts. */
function formOf(headers: Headers, bytes: Uint8Array): Record<string, string> {
  if (!FORM_TYPE.test(headers.get("content-type") ?? "")) {
    throw new Refusal("unsupported_media_type", "Send the body as application/x-www-form-urlencoded.");
  }
  return Object.fromEntries(new URLSearchParams(textOf(bytes)));
}

/**
 * Reads the body, up to this many bytes. It counts while it reads: a claimed length is believed only when it is too large
 * already.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid_input", "The body ended before it was complete.");
  }
  return Buffer.concat(chunks);
}

/** The refusal of a body with more bytes than this. */
export function tooLarge(maxBytes: number): Refusal {
  return new Refusal("too_large", `The body is larger than ${maxBytes} bytes; send less at once.`);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("invalid_input", "The body is not valid UTF-8.");
  }
}
