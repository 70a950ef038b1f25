/**
 * The pictures of the README. `PICTURES=docs/pictures npm test -- tests/browser/pictures.test.ts` takes them anew.
 * @module-tag long
 */
import { stat } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { demoSupervisor, demoUsers } from "../../prisma/demo.ts";
import { anAccount } from "../factories/staff.ts";
import { aBusyMorning } from "../factories/morning.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { db } from "../setup/database.ts";
import { asPerson, aWindow, takePicture, type Window } from "./page.ts";

const FOLDER = process.env.PICTURES ?? ".ringback/pictures";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const taken = async ({ page, complaints }: Window, name: string) => {
  const path = await takePicture(page, name, { folder: FOLDER, fullPage: false });
  expect(complaints).toEqual([]);
  expect((await stat(path)).size, path).toBeLessThan(200_000);
};
const named = (accountId: string, name: string) =>
  execute(db, sql`UPDATE staff_accounts SET name = ${name} WHERE id = ${accountId}`);

test("the pictures of the README show today's screens, and each is less than 200 kB", async () => {
  const { maya } = await aBusyMorning();
  await spokenBefore(maya);
  const [hers, overall] = [await asPerson(maya), (await anAccount()).id];
  await Promise.all([named(hers, "Maya Lindqvist"), named(overall, demoSupervisor.name)]);
  const open = async (path: string, accountId: string, isReady: (page: Page) => Promise<unknown>) => {
    const window = await aWindow(app.url, { width: 1360, accountId });
    await window.page.goto(path);
    await isReady(window.page);
    return window;
  };

  const wall = await open("/wallboard", overall, (page) => page.locator(".recharts-bar-rectangle").first().waitFor());
  await taken(wall, "wallboard");
  const list = await open("/callbacks", overall, (page) => page.getByRole("row").nth(5).waitFor());
  await taken(list, "callbacks");
  const desk = await open("/desk", hers, (page) => page.locator(".promise").nth(4).waitFor());
  await desk.page.getByRole("button", { name: "Accept Ada Byrne" }).click();
  await desk.page.getByText("accepted, at the front").waitFor();
  await desk.page.getByRole("region", { name: "History" }).getByText("Accepted", { exact: true }).waitFor();
  await taken(desk, "desk");
});

/** A call of last week with the first of the demo's users. */
async function spokenBefore(agentId: number): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO call_sessions (user_id, agent_id, direction, status, started_at, ended_at, duration_seconds, last_outcome_type, outcome_at,
          notes, created_at)
        SELECT ${demoUsers[0].id}, ${agentId}, 'outbound', 'completed', t, t + interval '4 minutes', 240, 'answered', t + interval '5 minutes',
          'Has the form ready.', t
        FROM (SELECT ringback_now() - interval '4 days' AS t) s`,
  );
}
