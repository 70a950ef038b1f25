/** An agent's day at the desk, by hand, in real browsers. */
import { beforeAll, expect, test } from "vitest";
import { aCallback, anAgent } from "../factories/desk.ts";
import { anAccount } from "../factories/staff.ts";
import { ask, asCron, type Instance, serveInstances } from "../served/instances.ts";
import { aWindow, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
}, 180_000);

const tick = async () =>
  expect((await ask(app, "GET /cron/callback-notifications", undefined, asCron)).status).toBe(200);

async function atDesk(agentId: number, look = {}): Promise<Window> {
  const window = await aWindow(app.url, { ...look, accountId: (await anAccount({ agentId })).id });
  await window.page.goto("/desk");
  return window;
}

test("a promise appears by itself, is accepted, called and settled, and the day counts it", async () => {
  const ann = await anAgent({ status: null });
  const { page, complaints } = await atDesk(ann);
  await page.getByRole("button", { name: "Start work" }).click();
  await page.getByText("Nobody waits").waitFor();
  await aCallback({ preferredAgentId: ann, inMinutes: 2, reason: "Has the letter at home." });
  await tick();
  await page.getByText("due soon").waitFor();
  await picture(page, "desk-light");
  await page.getByRole("button", { name: /^Accept/ }).click();
  await page.getByText("accepted, at the front").waitFor();
  await page.getByRole("button", { name: "Start call" }).click();
  await page.getByText("Talking for").waitFor();
  await picture(page, "desk-call-light");
  await page.getByRole("button", { name: "Call back…" }).click();
  await page.getByLabel("Notes").fill("Will have the letter tomorrow.");
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText("Tue 3 Mar").first().waitFor();
  await picture(page, "desk-outcome-light");
  await page.getByRole("button", { name: "Save: Call back" }).click();
  await page.getByText("Nobody waits").waitFor();
  await page.getByLabel("My day").getByText("100 %").waitFor();
  expect(complaints).toEqual([]);
});
