import { Refusal } from "#lib/errors";

/** How many arrays and objects may lie inside one another in a request. */
const MAX_DEPTH = 64;
/** Longer runs of digits cannot be ids; making a bigint of them would only cost time. */
const MAX_DIGITS = 40;

/**
 * Reads JSON from outside. Whole numbers beyond 2^53 become exact bigints. Refuses `invalid_input`: broken JSON, more
 * than 64 levels, and the key `__proto__`, which is never meant well.
 */
export function parseJson(text: string): unknown {
  if (isDeeperThan(MAX_DEPTH, text)) {
    throw new Refusal("invalid_input", `The JSON is nested deeper than ${MAX_DEPTH} levels; send it flatter.`);
  }
  try {
    // The type of a reviver does not know yet that it is told the source text.
    return JSON.parse(text, exactly as (key: string, value: unknown) => unknown);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid_input", "The body is not valid JSON.");
  }
}

/** Writes JSON for the outside: a bigint as a string of digits, a Date as ISO 8601. */
export function renderJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}

function exactly(key: string, value: unknown, { source }: { source?: string }): unknown {
  if (key === "__proto__") throw new Refusal("invalid_input", "The key __proto__ is not allowed.");
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  if (!isRounded || source === undefined || source.length > MAX_DIGITS) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** Counts brackets outside of strings, so that a deep text is refused before anything recursive sees it. */
function isDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === "}" || char === "]") depth -= 1;
  }
  return false;
}
