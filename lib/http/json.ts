import { Refusal } from "#lib/errors";

/** How many arrays and objects may lie inside one another in a request. */
const MAX_DEPTH = 64;
/** Longer runs of digits cannot be ids; making a bigint of them would only cost time. */
const MAX_DIGITS = 40;

/**
 * Reads JSON from outside. Whole numbers beyond 2^53 become exact bigints. Refuses `invalid_input`: broken JSON, more
 * than 64 levels, a key that an object has twice, because others would read the other one, and the key `__proto__`,
 * which is never meant well.
 */
export function parseJson(text: string): unknown {
  const { depth, keys } = shapeOf(text);
  if (depth > MAX_DEPTH) {
    throw new Refusal("invalid_input", `The JSON is nested deeper than ${MAX_DEPTH} levels; send it flatter.`);
  }
  // What JSON.parse hands to a reviver lies in an object of its own, under the key "".
  let different = -1;
  function revive(this: unknown, key: string, value: unknown, { source }: { source?: string }): unknown {
    if (!Array.isArray(this)) different += 1;
    return exactly(key, value, source);
  }
  try {
    // The type of a reviver does not know yet that it is told the source text.
    const parsed: unknown = JSON.parse(text, revive as (key: string, value: unknown) => unknown);
    if (different === keys) return parsed;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid_input", "The body is not valid JSON.");
  }
  throw new Refusal("invalid_input", "An object has the same key twice; give each once.");
}

function exactly(key: string, value: unknown, source: string | undefined): unknown {
  if (key === "__proto__") throw new Refusal("invalid_input", "The key __proto__ is not allowed.");
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  if (!isRounded || source === undefined || source.length > MAX_DIGITS) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/**
 * How deep a text is nested, so that a deep one is refused before anything recursive sees it, and how many keys its
 * objects have: each is followed by a colon. Counts outside of strings.
 */
function shapeOf(text: string): { depth: number; keys: number } {
  let depth = 0;
  let keys = 0;
  let level = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === ":") keys += 1;
    else if (char === "{" || char === "[") {
      level += 1;
      depth = Math.max(depth, level);
    } else if (char === "}" || char === "]") level -= 1;
  }
  return { depth, keys };
}
