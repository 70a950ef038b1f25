/** Tasks that were there before their events were rows. */
import { readFile } from "node:fs/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { migrationNames } from "#lib/database/migrations";
import { cloneDatabase } from "#tests/setup/clone";

const EVENTS = "20261126040000_cursor_tasks_events";

const DOCUMENT = { conversationId: "c", pending: true, priority: 5, error: null, result: null, launchedAt: null };
const ENDED = { pending: false, result: "the result" };

test("the stories of tasks become events in their order, each with the state it came from, and tasks go on from there", async () => {
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
    expect(await eventsOf(client, "failing")).toEqual([...before, "4 delivery_failed delivering delivering"]);

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

async function eventsOf(client: pg.Client, taskId: string): Promise<string[]> {
  const { rows } = await client.query(
    "SELECT concat_ws(' ', seq, type, coalesce(from_state, 'null'), to_state) AS event FROM task_events WHERE task_key = $1 ORDER BY seq",
    [`cursor_task:${taskId}`],
  );
  return rows.map(({ event }) => event);
}
