import { z } from "zod";
import { bigId, bigIdOut, instantOut, smallId } from "#lib/base/ids";

export type JsonSchema = Record<string, unknown>;

const DIGITS = "^[1-9][0-9]*$";
/** What JSON Schema cannot see, because these schemas turn one form into another. */
const KNOWN = new Map<unknown, JsonSchema>([
  [
    bigId,
    {
      oneOf: [
        { type: "string", pattern: DIGITS, maxLength: 19 },
        { type: "integer", minimum: 1 },
      ],
    },
  ],
  [
    smallId,
    {
      oneOf: [
        { type: "integer", minimum: 1, maximum: 2147483647 },
        { type: "string", pattern: DIGITS, maxLength: 10 },
      ],
    },
  ],
  [bigIdOut, { type: "string", pattern: DIGITS }],
  [instantOut, { type: "string", format: "date-time" }],
]);

/** What may be sent. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return toJsonSchema(schema, "input");
}

/** What is answered. Fields may be added in later versions, so unknown ones are allowed. */
export function outputSchema(schema: z.ZodType): JsonSchema {
  return toJsonSchema(schema, "output");
}

/** The properties of `input` that travel in the path, and with `alsoQuery` the rest as query parameters. */
export function parameters(input: JsonSchema, inPath: string[], alsoQuery: boolean) {
  const { properties, required } = partsOf(input);
  return Object.entries(properties)
    .filter(([name]) => alsoQuery || inPath.includes(name))
    .map(([name, schema]) => ({
      name,
      in: inPath.includes(name) ? "path" : "query",
      required: required.includes(name),
      schema,
    }));
}

/** What of `input` does not travel in the path; undefined when nothing is left. */
export function bodySchema(input: JsonSchema, inPath: string[]): JsonSchema | undefined {
  const { properties, required } = partsOf(input);
  const rest = Object.entries(properties).filter(([name]) => !inPath.includes(name));
  if (rest.length === 0) return undefined;
  return {
    ...input,
    properties: Object.fromEntries(rest),
    required: required.filter((name) => !inPath.includes(name)),
  };
}

function partsOf(input: JsonSchema): { properties: Record<string, JsonSchema>; required: string[] } {
  const { properties = {}, required = [] } = input as { properties?: Record<string, JsonSchema>; required?: string[] };
  return { properties, required };
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const known = KNOWN.get(zodSchema);
      if (known) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
        Object.assign(jsonSchema, known);
      }
      dropNoise(jsonSchema);
      if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return json;
}

/** The pattern behind a named format, and the range of whole numbers as such, tell a reader nothing. */
function dropNoise(json: JsonSchema): void {
  if (json.format) delete json.pattern;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
}
