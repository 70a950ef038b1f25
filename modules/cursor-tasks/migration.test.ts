/** Tasks that were there before their events were rows, and before they were rows of plain columns themselves. */
import { readFile } from "node:fs/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { migrationNames } from "#lib/database/migrations";
import { cloneDatabase } from "#tests/setup/clone";

const EVENTS = "20261126040000_cursor_tasks_events";

const COLUMNS = "20261126140000_cursor_tasks_columns";

const DOCUMENT = {
  ...{ conversationId: "c", pending: true, priority: 5, deliverAs: "user_message", contentHash: "hash", version: 3 },
  ...{ sessionPayload: { turn: 12 }, toolName: "make_page", toolArgs: null, userId: "7", error: null, result: null },
  ...{ wsUrl: "wss://relay.example.com/s", relayHost: "relay.example.com", cursorAgentId: null },
  launchedAt: "2026-03-02T09:00:00.000Z",
};
const ENDED = { pending: false, result: "the result" };

test("stories of tasks become events with the state they came from, documents become columns, and tasks go on from there", async () => {
  const { url, drop } = await cloneDatabase("template0");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const name of (await migrationNames()).filter((one) => one < EVENTS)) await apply(client, name);
    for (const taskId of ["delivering", "failing", "untouched"]) {
      await client.query(
        "INSERT INTO cursor_tasks (key, value, created_at, expires_at) VALUES ($1, $2, now(), now() + interval '1 day')",
        [`cursor_task:${taskId}`, JSON.stringify(DOCUMENT)],
      );
    }
    const others = "WHERE task_id <> 'untouched'";
    await client.query(`UPDATE cursor_tasks SET value = value || $1 ${others}`, [JSON.stringify(ENDED)]);
    await client.query(
      `UPDATE cursor_tasks SET state = 'delivering', delivery_id = nextval('cursor_delivery_ids'), attempts = 1, what = 'told', why = 'It was told.' ${others}`,
    );
    await client.query(
      "UPDATE cursor_tasks SET last_error = 'away', what = 'not_told', why = 'away' WHERE task_id = 'failing'",
    );
    await apply(client, EVENTS);

    const task = await client.query(
      `SELECT task_id, state, event_seq, event_type, event_actor, undelivered_since IS NOT NULL AS waits, value ->> 'result' AS result
       FROM cursor_tasks ORDER BY task_id`,
    );
    const common = { event_actor: null, waits: true, result: "the result", state: "delivering" };
    expect(task.rows).toEqual([
      { ...common, task_id: "delivering", event_seq: 3, event_type: "delivering" },
      { ...common, task_id: "failing", event_seq: 4, event_type: "delivery_failed" },
      {
        ...common,
        task_id: "untouched",
        state: "pending",
        event_seq: 1,
        event_type: "registered",
        waits: false,
        result: null,
      },
    ]);
    const before = ["1 registered null pending", "2 completed pending completed", "3 delivering completed delivering"];
    expect(await eventsOf(client, "failing", "task_key")).toEqual([
      ...before,
      "4 delivery_failed delivering delivering",
    ]);

    const names = await migrationNames();
    for (const name of names.filter((one) => one > EVENTS && one <= COLUMNS)) await apply(client, name);
    const columns = await client.query(
      `SELECT task_id, session_payload, tool_name, tool_args, ws_url, relay_host, deliver_as, content_hash, launched_at::text,
              result, error, version, content_bytes FROM cursor_tasks WHERE task_id <> 'failing' ORDER BY task_id`,
    );
    const same = {
      ...{ session_payload: { turn: 12 }, tool_name: "make_page", tool_args: null, deliver_as: "user_message" },
      ...{ ws_url: "wss://relay.example.com/s", relay_host: "relay.example.com", content_hash: "hash", version: 3 },
      launched_at: expect.stringMatching(/^2026-03-02 /),
    };
    expect(columns.rows).toEqual([
      { ...same, task_id: "delivering", result: "the result", error: null, content_bytes: 24 },
      { ...same, task_id: "untouched", result: null, error: null, content_bytes: 12 },
    ]);
    await client.query(
      `UPDATE cursor_tasks SET state = 'delivered', delivered_at = now(), undelivered_since = NULL, event_seq = event_seq + 1,
              event_type = 'delivered', event_actor = 'service', event_why = 'Acknowledged.' WHERE task_id = 'delivering'`,
    );
    expect(await eventsOf(client, "delivering")).toEqual([...before, "4 delivered delivering delivered"]);
  } finally {
    await client.end();
    await drop();
  }
});

async function apply(client: pg.Client, name: string): Promise<void> {
  await client.query(await readFile(`prisma/migrations/${name}/migration.sql`, "utf8"));
}

async function eventsOf(client: pg.Client, taskId: string, column = "task_id"): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT concat_ws(' ', seq, type, coalesce(from_state, 'null'), to_state) AS event FROM task_events WHERE ${column} = $1 ORDER BY seq`,
    [column === "task_key" ? `cursor_task:${taskId}` : taskId],
  );
  return rows.map(({ event }) => event);
}
