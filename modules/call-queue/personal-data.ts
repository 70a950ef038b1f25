import { sql } from "#lib/database/sql";
import type { PersonalData } from "../module.ts";
import { closeEntries, eraseEntries, eraseNumbers, eraseUserRow, holdNumbers } from "./sql/erase-user.ts";
import { retireEntries } from "./sql/retire.ts";

/** The personal data of a user: names, numbers and claims, and the reasons of queue entries. */
export const personalData: PersonalData = {
  read: (userId) => ({
    user: sql`(SELECT to_jsonb(u) || jsonb_build_object('id', u.id::text) FROM users u WHERE u.id = ${userId})`,
    numbers: sql`coalesce((SELECT jsonb_agg(jsonb_build_object('given', n.given, 'label', n.label, 'number', n.number,
               'mark', (SELECT to_jsonb(p) || jsonb_build_object('do_not_call_user_id', p.do_not_call_user_id::text)
                        FROM phone_numbers p WHERE p.number = n.number)) ORDER BY n.position)
        FROM (SELECT 0 AS position, phone AS given, NULL AS label, number FROM users WHERE id = ${userId}
              UNION ALL SELECT position, given, label, number FROM user_numbers WHERE user_id = ${userId}) n), '[]')`,
    claims: sql`coalesce((SELECT jsonb_agg(to_jsonb(c)
          || jsonb_build_object('id', c.id::text, 'user_id', c.user_id::text, 'requirements', coalesce(
               (SELECT jsonb_agg(to_jsonb(r) || jsonb_build_object('id', r.id::text, 'claim_id', r.claim_id::text) ORDER BY r.id)
                FROM requirements r WHERE r.claim_id = c.id), '[]')) ORDER BY c.id)
        FROM claims c WHERE c.user_id = ${userId}), '[]')`,
    score: sql`(SELECT to_jsonb(s) || jsonb_build_object('user_id', s.user_id::text) FROM user_call_scores s WHERE s.user_id = ${userId})`,
    queueEntries: sql`coalesce((SELECT jsonb_agg(to_jsonb(q)
          || jsonb_build_object('user_id', q.user_id::text, 'claim_id', q.claim_id::text, 'call_session_id', q.call_session_id::text) ORDER BY q.id)
        FROM call_queue q WHERE q.user_id = ${userId}), '[]')`,
  }),
  erase: async ({ db }, userId) => {
    const numbers = await holdNumbers(db, userId);
    return async (erasure) => {
      await closeEntries(db, erasure);
      await eraseNumbers(db, erasure, numbers);
      const { users, claims } = await eraseUserRow(db, erasure);
      return { users, claims, queueEntries: await eraseEntries(db, erasure) };
    };
  },
  retire: ({ retentionDays }) => [{ rows: "queueEntries", days: retentionDays, retire: retireEntries }],
};
