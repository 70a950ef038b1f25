import type { JsonSchema } from "#lib/http/json-schema";

/** Recognisable values by the name of the field; ids of customers are those of the demo. */
const KNOWN: Record<string, unknown> = {
  userId: "900001",
  customerId: "900001",
  phone: "+442079460001",
  userPhone: "+442079460001",
  number: "+44 20 7946 0001",
  email: "ann@example.com",
  firstName: "Uma",
  lastName: "Ortiz",
  name: "Uma Ortiz",
  userName: "Uma Ortiz",
  agentName: "Ann Able",
  timeZone: "Europe/London",
  userTimeZone: "Europe/London",
  promisedZone: "Europe/London",
  callbackReason: "wants a price",
  opens: "09:00",
  closes: "17:30",
  date: "2026-12-25",
  notes: "sent the price",
  reason: "asked for the afternoon",
  search: "uma",
  status: "pending",
  why: "It is due at 15:00 and waits for Ann Able.",
  requestId: "3f1c9a52-7c7e-4b1e-9d35-0d1f4c6b2a77",
};
const TIME = "2026-12-01T15:00:00.000Z";
/** A deeper example no longer helps. */
const DEPTH = 6;

/** A valid value: of a request only the required fields, of an answer every field. */
export function exampleOf(schema: JsonSchema, name = "", depth = 0): unknown {
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices) return exampleOf(choices.find(({ type }) => type !== "null") ?? {}, name, depth);
  if (schema.const !== undefined) return schema.const;
  const known = KNOWN[name];
  const values = schema.enum as unknown[] | undefined;
  if (values) return values.includes(known) ? known : values[0];
  if (schema.default !== undefined) return schema.default;
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "array" && depth >= DEPTH) return [];
  if (type === "array") {
    const item = exampleOf((schema.items ?? {}) as JsonSchema, name, depth + 1);
    return Array.from({ length: (schema.minItems as number) || 1 }, () => item);
  }
  if (type === "integer" || type === "number") return (schema.minimum as number) || 1;
  if (type === "boolean") return /^(success|ok|is[A-Z])/.test(name);
  if (type === "object") return depth < DEPTH ? exampleObject(schema, depth) : {};
  if (type === "string" && fits(schema, known)) return known;
  return type === "string" ? exampleText(schema) : null;
}

function exampleObject({ properties = {}, additionalProperties, required = [] }: JsonSchema, depth: number) {
  const fields = properties as Record<string, JsonSchema>;
  const others = typeof additionalProperties === "object" ? (additionalProperties as JsonSchema) : {};
  return Object.fromEntries(
    (required as string[]).map((field) => [field, exampleOf(fields[field] ?? others, field, depth + 1)]),
  );
}

function fits({ pattern, format }: JsonSchema, known: unknown): boolean {
  if (typeof known !== "string") return false;
  if (format && format !== "email" && format !== "date") return false;
  return pattern === undefined || new RegExp(pattern as string).test(known);
}

function exampleText({ format, pattern }: JsonSchema): string {
  if (format === "date-time") return TIME;
  if (format === "email") return "ann@example.com";
  if (format === "uuid") return "3f1c9a52-7c7e-4b1e-9d35-0d1f4c6b2a77";
  return String(pattern).startsWith("^[1-9]") ? "1" : "text";
}
