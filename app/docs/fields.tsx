import { Scrolls } from "../_ui/scrolls.tsx";
import type { JsonSchema } from "#lib/http/json-schema";

type Field = { name: string; required: boolean; schema: JsonSchema; meaning?: string | undefined; note?: string };

/** The fields of an object as a table, those of inner objects below their own by their whole path. */
export function Fields({ schema = {}, fields = fieldsOf(schema) }: { schema?: JsonSchema; fields?: Field[] }) {
  if (fields.length === 0) return <p className="muted">No fields of its own.</p>;
  return (
    <Scrolls label="Fields">
      <table className="fields">
        <tbody>
          {fields.map(({ name, required, schema, note, meaning = schema.description as string | undefined }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
                <br />
                <span className="muted">{[required ? "" : "optional", note].filter(Boolean).join(", ")}</span>
              </td>
              <td>
                {meaning && sentenceOf(meaning)} <span className="muted">{describe(schema)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

function sentenceOf(meaning: string): string {
  return `${meaning[0]!.toUpperCase()}${meaning.slice(1).replace(/\.$/, "")}.`;
}

/** Every field that is in an object of this schema, by its whole path. */
export function fieldsOf(schema: JsonSchema, prefix = ""): Field[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).flatMap(([name, inner]) => {
    const field = { name: prefix + name, required: required.includes(name), schema: inner };
    const object = choices(inner).find(({ properties }) => properties);
    const items = choices(inner).find(({ type }) => type === "array")?.items as JsonSchema | undefined;
    return [
      field,
      ...(object ? fieldsOf(object, `${prefix}${name}.`) : []),
      ...(items ? fieldsOf(items, `${prefix}${name}[].`) : []),
    ];
  });
}

function choices(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? [schema]) as JsonSchema[];
}

/** A schema in words: "integer, 1 to 60, default 5". */
function describe(schema: JsonSchema): string {
  const options = choices(schema);
  if (options.length > 1) return [...new Set(options.map(describe))].join(" or ");
  const [only = {}] = options;
  const values = only.enum ?? (only.const === undefined ? undefined : [only.const]);
  const kind = values
    ? (values as unknown[]).map((value) => JSON.stringify(value)).join(" | ")
    : [only.type ?? "anything"].flat().join(" or ");
  return [kind, range(only), textOf("default", only.default), textOf("format", only.format)].filter(Boolean).join(", ");
}

/** "1 to 60", "at least 1", "1 to 255 characters", "up to 200 items". */
function range(schema: JsonSchema): string {
  const [from, to, unit] = [
    [schema.minimum, schema.maximum, ""],
    [schema.minLength, schema.maxLength, " characters"],
    [schema.minItems, schema.maxItems, " items"],
  ].find(([least, most]) => least !== undefined || most !== undefined) ?? [undefined, undefined, ""];
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`;
  if (to !== undefined) return `up to ${to}${unit}`;
  return from === undefined ? "" : `at least ${from}${unit}`;
}

function textOf(word: string, value: unknown): string {
  return value === undefined ? "" : `${word} ${typeof value === "string" ? value : JSON.stringify(value)}`;
}
