import SchemaBuilder from "@pothos/core";
import type { Ctx } from "#lib/http/graphql";
import { bigintScalar, instantScalar, jsonScalar } from "#lib/http/graphql-scalars";
import type { Loaders } from "./loaders.ts";

/** The context of every resolver: the context of an operation, and the loaders of this request. */
export type Context = Readonly<{ ctx: Ctx; load: Loaders }>;

/** The types of the schema are made with this. A field is never null unless it says so. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string | number };
    BigInt: { Input: bigint; Output: bigint };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: never; Output: unknown };
  };
}>({ defaultFieldNullability: false });

builder.scalarType("BigInt", bigintScalar);
builder.scalarType("DateTime", instantScalar);
builder.scalarType("JSON", jsonScalar);
builder.queryType();
builder.mutationType();
