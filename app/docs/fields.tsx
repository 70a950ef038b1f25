import type { JsonSchema } from "#lib/http/json-schema";

type Field = { name: string; required: boolean; schema: JsonSchema; note?: string };

/** The fields of an object as a table, those of inner objects below their own by their whole path. */
export function Fields({ schema = {}, fields = fieldsOf(schema) }: { schema?: JsonSchema; fields?: Field[] }) {
  return (
    <div className="table">
      <table>
        <tbody>
          {fields.map(({ name, required, schema, note }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>{[required ? "required" : "optional", note].filter(Boolean).join(", ")}</td>
              <td>{describe(schema)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function fieldsOf(schema: JsonSchema, prefix = ""): Field[] {
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

const LIMITS: [string, string][] = [
  ["default", "default"],
  ["minimum", "from"],
  ["maximum", "to"],
  ["minLength", "at least characters"],
  ["maxLength", "characters up to"],
  ["maxItems", "up to items"],
  ["format", "format"],
];

/** A schema in words: "integer, from 1, to 60, default 5". */
function describe(schema: JsonSchema): string {
  const options = choices(schema);
  if (options.length > 1) return [...new Set(options.map(describe))].join(" or ");
  const [only = {}] = options;
  const values = only.enum ?? (only.const === undefined ? undefined : [only.const]);
  const kind = values ? (values as unknown[]).map((value) => JSON.stringify(value)).join(" | ") : String(only.type ?? "anything");
  const bounds = LIMITS.filter(([key]) => only[key] !== undefined && Math.abs(Number(only[key])) !== Number.MAX_SAFE_INTEGER);
  return [kind, ...bounds.map(([key, word]) => `${word} ${typeof only[key] === "object" ? JSON.stringify(only[key]) : only[key]}`)].join(", ");
}
