import { sql } from "#lib/database/sql";
import type { PersonalData } from "../module.ts";
import { eraseKeptAnswers } from "./sql/erase-kept.ts";
import { isAbout } from "./sql/kept-answers.ts";
import { retirePromises } from "./retire-promises.ts";
import { retireKeys, retireLimits } from "./sql/retire-kept.ts";

/** A client stops repeating a request long before; the stored answer holds names and phone numbers. */
const KEY_DAYS = 7;
/** The longest window in which requests are counted is a quarter of an hour. */
const LIMIT_DAYS = 1;

/**
 * Personal data that no single module can delete, and that `lib/` stores: answers under idempotency keys, and counts of requests.
 */
export const kept: PersonalData = {
  readCustomer: (customerId, addresses) => ({
    keptAnswers: sql`coalesce((SELECT jsonb_agg(to_jsonb(k) || jsonb_build_object('answer', k.answer::jsonb) ORDER BY k.created_at, k.scope, k.key)
        FROM idempotency_keys k WHERE ${isAbout(customerId, addresses)}), '[]')`,
  }),
  eraseCustomer:
    async ({ db }) =>
    async (erasure) => ({ keptAnswers: await eraseKeptAnswers(db, erasure) }),
  retire: ({ retentionDays }) => [
    // A promise is deleted with the calls and queue entries that nothing else needs: three modules, one transaction.
    { rows: "callbacks", days: retentionDays, retire: retirePromises },
    { rows: "idempotencyKeys", days: KEY_DAYS, retire: retireKeys },
    { rows: "rateLimits", days: LIMIT_DAYS, retire: retireLimits },
  ],
};
