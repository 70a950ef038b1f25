import { sql } from "#lib/database/sql";
import type { Module } from "../module.ts";

export const monitoring: Module = {
  name: "monitoring",
  sentence: "whether the promises are kept, and the faults",
  uses: ["callbacks", "cursor-tasks", "messages", "runs"],
  writes: [],
  // Keys are kept by lib/database/once.ts, which is no module.
  invariants: [
    {
      id: "key-has-its-answer",
      sentence: "An idempotency key has the answer of the request that was carried out under it.",
      statement: sql`SELECT 'key ' || key || ' of ' || scope AS example FROM idempotency_keys
      WHERE answer IS NULL AND request_hash <> 'erased'`,
    },
  ],
};
