import { z } from "zod";

/**
 * What an input must be, in plain words, for every rule of a schema that has no words of its own: the library's sentences
 * name its types, not what to do. The words follow the name of the field, such as "reason: must have at most 500 characters".
 */
export function wordsOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_big":
      return `must ${limit(issue, issue.maximum, issue.inclusive === false ? "be less than" : "be at most", "at most")}`;
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) === 1) return "must not be empty";
      return `must ${limit(issue, issue.minimum, issue.inclusive === false ? "be more than" : "be at least", "at least")}`;
    case "invalid_format":
      return FORMATS[issue.format] ?? `must have the form ${issue.pattern ?? issue.format}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `holds what is not known here: ${issue.keys.join(", ")}`;
    case "invalid_key":
      return "holds a name that is not allowed";
    case "invalid_element":
      return "holds a value that is not allowed";
    case "invalid_union":
      return "has none of the forms that are allowed";
    default:
      return "is not allowed";
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  date: "a time",
  nan: "a number",
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: "must be a UUID",
  guid: "must be a UUID",
  email: "must be an e-mail address",
  url: "must be an address such as https://example.com",
  datetime: "must be a time such as 2026-03-02T15:30:00Z",
  date: "must be a date such as 2026-03-02",
  json_string: "must be JSON",
};

/** The rule of a length or of a size. */
function limit(issue: z.core.$ZodRawIssue, most: unknown, ofNumber: string, ofLength: string): string {
  if (issue.origin === "string") return `have ${ofLength} ${counted(most, "character")}`;
  if (issue.origin === "array" || issue.origin === "set")
    return `hold ${ofLength} ${counted(most, "entry", "entries")}`;
  return `${ofNumber} ${most}`;
}

function counted(count: unknown, one: string, many = `${one}s`): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}

z.config({ customError: wordsOf });

/** The first fault of each field: a text that is no time is not also a time in a wrong year. */
export function firstFaults(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const named = new Set<string>();
  return issues.filter(({ path }) => {
    const field = path.map(String).join(".");
    const isFirst = !named.has(field);
    named.add(field);
    return isFirst;
  });
}

/** One fault of an input as a sentence. */
export function faultOf({ path, message }: Pick<z.core.$ZodIssue, "path" | "message">): string {
  const field = path.map(String).join(".");
  if (field !== "") return `${field}: ${message}.`;
  return /^[a-z]/.test(message) ? `The input ${message}.` : `${message}.`;
}
