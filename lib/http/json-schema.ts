import { z } from "zod";
import { bigId, bigIdOut, instantOut, smallId } from "#lib/base/ids";
import { rowBehind } from "#lib/base/rows";

export type JsonSchema = Record<string, unknown>;

const DIGITS = "^[1-9][0-9]*$";
/** Schemas that transform their input, which JSON Schema cannot describe by itself. */
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

/** The schema of a request. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return toJsonSchema(schema, "input");
}

/** The schema of an answer. Later versions may add fields, so unknown ones are allowed. */
export function outputSchema(schema: z.ZodType): JsonSchema {
  return toJsonSchema(schema, "output");
}

/** The properties of `input` in the path, and with `alsoQuery` the others as query parameters. */
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

/** The properties of `input` that are not in the path; undefined when there are none. */
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
      const row = rowBehind(zodSchema);
      if (row) Object.assign(jsonSchema, toJsonSchema(row, io));
      dropNoise(jsonSchema);
      if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return json;
}

/** Drops the pattern behind a named format and the full range of whole numbers, which tell a reader nothing. */
function dropNoise(json: JsonSchema): void {
  if (json.format) delete json.pattern;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
}
