/** Rules that hold at any moment, with one statement each, and rules that hold when everything is quiet. */
import { about, aboutCall, type Check, type Evidence, type Finding, type Row } from "./finding.ts";

type AtAnyMoment = { sentence: (row: Row) => string; statement: string };

const AT_ANY_MOMENT: readonly AtAnyMoment[] = [
  {
    sentence: ({ callback, entries }) =>
      `Callback ${callback} is accepted and has ${entries} entries with who accepted it.`,
    statement: `SELECT c.id AS callback, count(q.id)::int AS entries FROM callbacks c
      LEFT JOIN call_queue q ON q.callback_id = c.id AND q.status = 'assigned' AND q.assigned_to_agent_id = c.accepted_by_agent_id
      WHERE c.status = 'accepted' GROUP BY c.id HAVING count(q.id) <> 1`,
  },
  {
    sentence: ({ call, callback, status }) => `Call ${call} is open, and its callback ${callback} is ${status}.`,
    statement: `SELECT s.id AS call, c.id AS callback, c.status FROM call_sessions s JOIN callbacks c ON c.id = s.callback_id
      WHERE s.ended_at IS NULL AND c.status NOT IN ('pending', 'accepted')`,
  },
  {
    sentence: ({ call, entry, status }) =>
      `Call ${call} is open, and its entry ${entry} is ${status} or in another call.`,
    statement: `SELECT s.id AS call, q.id AS entry, q.status FROM call_sessions s JOIN call_queue q ON q.id = s.queue_entry_id
      WHERE s.ended_at IS NULL AND (q.status <> 'assigned' OR q.call_session_id IS DISTINCT FROM s.id)`,
  },
  {
    sentence: ({ number, calls }) => `Number ${number} is in ${calls} calls at once.`,
    statement: `SELECT number, count(*)::int AS calls, min(id) AS call FROM call_sessions
      WHERE ended_at IS NULL AND number IS NOT NULL GROUP BY number HAVING count(*) > 1`,
  },
  {
    sentence: ({ agent, calls }) => `Agent ${agent} is in ${calls} calls at once.`,
    statement: `SELECT agent_id AS agent, count(*)::int AS calls, min(id) AS call FROM call_sessions
      WHERE ended_at IS NULL AND agent_id IS NOT NULL GROUP BY agent_id HAVING count(*) > 1`,
  },
  {
    sentence: ({ callback, status }) => `Callback ${callback} is ${status} and still in the queue.`,
    statement: `SELECT c.id AS callback, c.status FROM callbacks c JOIN call_queue q ON q.callback_id = c.id
      WHERE q.status IN ('pending', 'assigned') AND c.status NOT IN ('pending', 'accepted')`,
  },
  {
    sentence: ({ key }) => `The key ${key} is used and has no answer.`,
    statement: "SELECT key FROM idempotency_keys WHERE answer IS NULL",
  },
  {
    sentence: ({ tick, due, sum }) =>
      `The ledger of tick ${tick} does not close: ${due} were due, and it accounts for ${sum}.`,
    statement: `SELECT * FROM (SELECT t.id AS tick, due, newly_queued + already_queued + quarantined
          + (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(deferred))
          + (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(refused)) AS sum FROM tick_runs t) AS ledger WHERE due <> sum`,
  },
];

/** Also checked while everything runs: each statement sees one moment. */
export const checkMoment: Check = async ({ orders, rows }) => {
  const findings: Finding[] = [];
  for (const { sentence, statement } of AT_ANY_MOMENT)
    for (const row of await rows(statement)) {
      const those = row.call ? aboutCall(orders, row.call) : about(orders, row.callback);
      findings.push({ sentence: sentence(row), orders: row.key ? orders.filter(({ key }) => key === row.key) : those });
    }
  return findings;
};

/** After quiet ticks every due callback is covered, or named with a reason. */
export const checkCovered: Check = async ({ orders, rows }) => {
  const missed = await rows(`
    SELECT c.id, c.status, c.scheduled_for FROM callbacks c CROSS JOIN (SELECT * FROM tick_runs ORDER BY id DESC LIMIT 1) t
    WHERE (c.status = 'pending' AND c.scheduled_for <= t.started_at + interval '5 minutes' OR c.status = 'accepted')
      AND NOT EXISTS (SELECT FROM call_queue q WHERE q.status IN ('pending', 'assigned')
                        AND (q.callback_id = c.id OR c.id = ANY (q.named_callback_ids)))
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(t.failures) f WHERE (f ->> 'callbackId')::int = c.id)`);
  return missed.map(({ id, status }) => ({
    sentence: `Callback ${id} is ${status} and due, and neither covered nor named by the last tick.`,
    orders: about(orders, id),
  }));
};

/** Every tick that was answered wrote its ledger. */
export const checkLedgers: Check = async ({ orders, rows }) => {
  const ticks = orders.filter(
    ({ path, definite }) =>
      path === "/cron/callback-notifications" && definite?.status === 200 && definite.body.skipped === false,
  );
  const [row] = await rows("SELECT count(*)::int AS count FROM tick_runs");
  if (Number(row!.count) >= ticks.length) return [];
  return [{ sentence: `${ticks.length} ticks were answered, and ${row!.count} are in the ledger.`, orders: ticks }];
};

/** The keys of these requests are stored; the others are repeated by the ids that they name. */
const KEPT = /^\/(callbacks|queue|calls|users|agents)\b/;

/** A key that was answered 2xx is kept with its answer; one that was refused is not. */
export const checkKeys: Check = async ({ orders, rows }: Evidence) => {
  const kept = new Set((await rows("SELECT key FROM idempotency_keys")).map(({ key }) => String(key)));
  const findings: Finding[] = [];
  for (const order of orders) {
    if (order.key === null || order.definite === null || !KEPT.test(order.path)) continue;
    const wasGranted = order.definite.status < 300;
    if (wasGranted !== kept.has(order.key))
      findings.push({
        sentence: `Order ${order.n} (${order.what}) was answered ${order.definite.status}, and its key is ${wasGranted ? "not " : ""}kept.`,
        orders: [order],
      });
  }
  return findings;
};
