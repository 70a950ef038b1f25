import { GraphQLError, Kind, type ValueNode } from "graphql";
import { instantIn } from "#lib/base/ids";

type Scalar<T> = {
  description: string;
  serialize: (value: unknown) => unknown;
  parseValue: (value: unknown) => T;
  parseLiteral?: (node: ValueNode) => T;
};

/** A bigint leaves as a string of digits, because a JavaScript number would round it. */
export const bigintScalar: Scalar<bigint> = {
  description: "A whole number of any size: goes out as a string of digits, comes in as one or as a number.",
  serialize: String,
  parseValue: bigintOf,
  parseLiteral(node) {
    if (node.kind === Kind.INT || node.kind === Kind.STRING) return bigintOf(node.value);
    throw new GraphQLError("A BigInt is a whole number.");
  },
};

function bigintOf(value: unknown): bigint {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return BigInt(value as bigint | number);
  if (typeof value === "string" && /^-?\d{1,19}$/.test(value)) return BigInt(value);
  throw new GraphQLError("A BigInt is a whole number of at most 19 digits.");
}

export const instantScalar: Scalar<Date> = {
  description: "An instant, ISO 8601: goes out in UTC, comes in with an offset.",
  serialize: (instant) => (instant as Date).toISOString(),
  parseValue(value) {
    const instant = instantIn.safeParse(value);
    if (instant.success) return new Date(instant.data);
    throw new GraphQLError("A DateTime is a time with an offset, such as 2026-03-02T15:00:00Z.");
  },
};

export const jsonScalar: Scalar<never> = {
  description: "Data whose shape depends on what was computed.",
  serialize: (value) => value,
  parseValue() {
    throw new GraphQLError("JSON only goes out.");
  },
};
