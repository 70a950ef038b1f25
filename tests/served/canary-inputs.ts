/** Canaries, which stand for people's words and secrets, and every way to send them to an operation. */
import type { JsonSchema } from "#lib/http/json-schema";
import type { DocumentedOperation } from "#lib/http/openapi";

/** Every canary contains this word, in lower case, so that one search finds them all. */
export const MARK = "kanarie";
const CONTROL = "\r\n    at \u001b[31m";
/** A canary of one word. */
export const word = (kind: string): string => `${MARK}-${kind}`;

/** Digits are searched for separately; nothing else in the log has so many of them. */
export const DIGITS = "5550177311";
export const PHONE = `+1${DIGITS}`;
export const EMAIL = `${word("mail")}@example.test`;
export const PASSWORD = word("the right password");
/** A name, a reason, a note: with characters that would begin another line of a log, or of a stack. */
export const text = (kind: string): string => `${word(kind)}${CONTROL}${word(kind)}`;

export type Given = { path: string; query: string; body?: string; headers?: Record<string, string> };

/** Good and bad requests to one operation, all full of canaries. */
export function inputsOf(address: string, method: string, { requestBody }: DocumentedOperation): Given[] {
  const path = (value: string) => address.replaceAll(/\{\w+\}/g, encodeURIComponent(value));
  const query = `?${word("query")}=${encodeURIComponent(text("query"))}&email=${EMAIL}&phone=${encodeURIComponent(PHONE)}`;
  const good = { path: path("1"), query: "" };
  const headers = {
    "user-agent": word("agent"),
    referer: `http://localhost/${word("referer")}?phone=${DIGITS}`,
    "x-request-id": `${word("request")} ${EMAIL}`,
    "idempotency-key": word("key"),
    [`x-${MARK}`]: word("header"),
  };
  const strange = [
    { path: path(text("path")), query: "" },
    { path: `${path("1")}/${encodeURIComponent(text("path"))}`, query },
    { ...good, query },
    { ...good, headers },
  ];
  const schema = requestBody?.content["application/json"].schema;
  if (!schema || method === "GET") return [good, ...strange];
  const [all, needed] = [filled(schema, true), filled(schema, false)] as Record<string, unknown>[];
  const bodies = [
    JSON.stringify(all),
    JSON.stringify(needed),
    JSON.stringify({ ...all, [text("unknown")]: text("unknown") }),
    JSON.stringify(Object.fromEntries(Object.keys(all ?? {}).map((name) => [name, text(name)]))),
    JSON.stringify(all).slice(0, -1),
    `{"${word("broken")}":${text("broken")}`,
  ];
  return [...bodies.map((body) => ({ ...good, body })), ...strange.map((one) => ({ ...one, body: bodies[0]! }))];
}

/** A value that fits the schema, with canaries in every place for a person's words. */
function filled(schema: JsonSchema, withOptional: boolean, name = ""): unknown {
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (options) return filled(options[0]!, withOptional, name);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === "boolean") return false;
  if (schema.type === "integer" || schema.type === "number") return Math.max(1, Number(schema.minimum ?? 1));
  if (schema.type === "array") return [filled(schema.items as JsonSchema, withOptional, name)];
  if (schema.type === "object") {
    const required = new Set(schema.required as string[]);
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
    const wanted = properties.filter(([key]) => withOptional || required.has(key));
    return Object.fromEntries(wanted.map(([key, inner]) => [key, filled(inner, withOptional, key)]));
  }
  if (schema.format === "date-time") return "2026-03-02T10:00:00Z";
  if (schema.format === "email" || /mail/i.test(name)) return EMAIL;
  if (/zone/i.test(name)) return "Europe/London";
  if (/phone/i.test(name)) return PHONE;
  if (/password/i.test(name)) return PASSWORD;
  if (String(schema.pattern).startsWith("^[1-9]")) return "1";
  return text(name);
}
