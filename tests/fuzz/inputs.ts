/** Inputs made from the API document: well-formed ones that may be accepted or refused, and ones that are certainly wrong. */
import fc from "fast-check";
import type { DocumentedOperation } from "#lib/http/openapi";
import type { JsonSchema } from "#lib/http/json-schema";

/** `isBroken`: this input must be refused in every state of the desk. */
export type Input = { path: string; query: string; body: string | undefined; isBroken: boolean };
type Values = Record<string, unknown>;

const TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202e\u200b\ufeff",
  "'; DROP TABLE callbacks; --",
  "1 OR 1=1",
  `{{7*7}}\${7*7}<%= 7*7 %>`,
  "<img src=x onerror=alert(1)>",
  "../../etc/passwd",
  "=cmd|' /C calc'!A0",
  "\r\nset-cookie: a=b",
  "__proto__",
  "constructor",
  "null",
  "undefined",
  "NaN",
  "true",
  "x".repeat(10_000),
  "😀".repeat(300),
];
const NUMBERS = [0, -0, -1, 1, 0.5, 1e-7, 2_147_483_647, 2_147_483_648, -2_147_483_649, 2 ** 53, 2 ** 53 + 2, 1e308];
/** As they are written in JSON, because JavaScript would round or refuse them. */
const RAW_NUMBERS = [
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775809",
  "1e309",
  "-1e999",
  "123456789012345678901234567890",
];
const TIMES = [
  "2026-03-02T09:00:00Z",
  "2026-03-02T09:30:00+14:00",
  "2026-03-29T01:30:00",
  "2026-10-25T01:30:00",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "+275760-09-13T00:00:00Z",
  "-271821-04-20T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-03-02T24:00:00Z",
  "2026-03-02T09:00:60Z",
  "2026-03-02",
  "tomorrow",
];
const ZONES = [
  "UTC",
  "Europe/London",
  "Pacific/Apia",
  "Etc/GMT+14",
  "+02:00",
  "Mars/Olympus",
  "Europe/London\u0000",
  "a/".repeat(500),
];
const RAW = "raw number ";

const anyText = fc.oneof(fc.constantFrom(...TEXTS, ...TIMES, ...ZONES), fc.string({ unit: "binary", maxLength: 40 }));
const anyNumber = fc.oneof(
  fc.constantFrom<unknown>(...NUMBERS),
  fc.constantFrom(...RAW_NUMBERS).map((text) => RAW + text),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const anything = fc.oneof(
  anyText,
  anyNumber,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { a: 1 }),
);

/** A value that the schema seems to allow; formats and patterns are taken from a few that fit most. */
function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (options) return fc.oneof(...options.map(fitting));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "null") return fc.constant(null);
  if (schema.type === "integer" || schema.type === "number") return fc.integer(boundsOf(schema));
  if (schema.type === "array") {
    const minLength = Number(schema.minItems ?? 0);
    return fc.array(fitting((schema.items ?? {}) as JsonSchema), {
      minLength,
      maxLength: Math.max(3, minLength),
    });
  }
  if (schema.type === "object") return fittingObject(schema);
  if (schema.type === "string") return fittingText(schema);
  return anything;
}

/** Small ids are mostly ones that exist. */
function boundsOf({ minimum = -1_000, maximum = 1_000 }: JsonSchema): { min: number; max: number } {
  const [min, max] = [Number(minimum), Number(maximum)];
  return { min: Math.ceil(min), max: Math.floor(Math.min(max, min + 30)) };
}

function fittingText({ format, pattern }: JsonSchema): fc.Arbitrary<string> {
  if (format === "date-time") return fc.constantFrom(...TIMES);
  if (format === "email") return fc.constantFrom("ann@example.test", "Ben@Example.test");
  if (String(pattern).startsWith("^[1-9]")) return fc.integer({ min: 1, max: 30 }).map(String);
  return fc.oneof(fc.constantFrom("text", ...TIMES, ...ZONES), anyText);
}

function fittingObject({
  properties = {},
  required = [],
}: JsonSchema & { properties?: Record<string, JsonSchema>; required?: string[] }) {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema)]));
  return fc.record(fields, { requiredKeys: required }) as fc.Arbitrary<Values>;
}

/** One request to an operation: as documented, or with one thing wrong in it. */
export function inputOf(path: string, { parameters, requestBody }: DocumentedOperation): fc.Arbitrary<Input> {
  const inPath = parameters.filter((one) => one.in === "path");
  const inQuery = parameters.filter((one) => one.in === "query");
  const body = requestBody?.content["application/json"].schema as (JsonSchema & { required?: string[] }) | undefined;
  const pathValues = fc.record(Object.fromEntries(inPath.map(({ name, schema }) => [name, fitting(schema)])));
  const queryValues = fc.record(Object.fromEntries(inQuery.map(({ name, schema }) => [name, fitting(schema)])), {
    requiredKeys: [],
  });
  const bodyValues = body ? (fitting(body) as fc.Arbitrary<Values>) : fc.constant(undefined);
  return fc
    .tuple(
      pathValues,
      queryValues,
      bodyValues,
      fc.nat(9),
      anything,
      fc.nat(),
      fc.constantFrom("__proto__", "constructor", "role", "status", "isAdmin", "priorityScore"),
    )
    .map(([inPathNow, query, given, fault, strange, at, extra]): Input => {
      const address = (values: Values) =>
        path.replace(/\{(\w+)\}/g, (_, name: string) =>
          encodeURIComponent(wellFormed(text(values[name]))).replaceAll(".", "%2E"),
        );
      const sent = {
        path: address(inPathNow as Values),
        query: queryOf(query as Values),
        body: given && write(given),
        isBroken: false,
      };
      // A webhook may have fields that we do not know.
      const isStrict = body === undefined || body.additionalProperties === false;
      if (fault === 0)
        return { ...sent, query: `${sent.query}${sent.query ? "&" : "?"}nonsense=1`, isBroken: isStrict };
      if (fault === 1 && given)
        return {
          ...sent,
          body: write({ ...given }).replace(
            /^\{/,
            `{${JSON.stringify(extra)}:1${Object.keys(given).length > 0 ? "," : ""}`,
          ),
          isBroken: isStrict && !Object.hasOwn((body?.properties ?? {}) as object, extra),
        };
      if (fault === 2 && given && (body?.required ?? []).length > 0) {
        const gone = body!.required![at % body!.required!.length]!;
        const { [gone]: _, ...rest } = given;
        // An agent need not name their own desk.
        return { ...sent, body: write(rest), isBroken: gone !== "agentId" };
      }
      if (fault <= 5 && given && Object.keys(given).length > 0) {
        const name = Object.keys(given)[at % Object.keys(given).length]!;
        return { ...sent, body: write({ ...given, [name]: strange }) };
      }
      if (fault === 6 && inQuery.length > 0) {
        const { name } = inQuery[at % inQuery.length]!;
        return { ...sent, query: queryOf({ ...(query as Values), [name]: strange }) };
      }
      if (fault === 7 && inPath.length > 0)
        return { ...sent, path: address(Object.fromEntries(inPath.map(({ name }) => [name, strange || "x"]))) };
      if (fault === 8 && given) return { ...sent, body: write(given).slice(0, -1), isBroken: true };
      return sent;
    });
}

function queryOf(values: Values): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(text(value)))}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** In an address. Of longer ones the server's own parser reads no more than 16 KB, and says 431. */
function text(value: unknown): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value).replace(RAW, "");
  return text.slice(0, 4_000);
}

function wellFormed(value: string): string {
  return value.toWellFormed();
}

function write(value: unknown): string {
  return JSON.stringify(value).replace(new RegExp(`"${RAW}([^"]*)"`, "g"), "$1");
}
