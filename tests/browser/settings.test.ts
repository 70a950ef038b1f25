import { beforeAll, expect, test } from "vitest";
import { acceptCallback } from "#modules/callbacks";
import { aCallback, anAgent, aUser } from "../factories/desk.ts";
import { anAccount } from "../factories/staff.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { aCtx } from "../setup/ctx.ts";
import { db, setClock } from "../setup/database.ts";
import { asPerson, aWindow } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

test("a supervisor sets the opening hours and a holiday, and sees when hours end on the next day; a line that is no holiday is said and changes nothing", async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/settings");
  await page.getByText("Nobody has set them").waitFor();
  await page.getByLabel("Monday opens").fill("09:00");
  await page.getByLabel("Monday closes").fill("17:00");
  await page.getByLabel("Sunday opens").fill("22:00");
  await page.getByLabel("Sunday closes").fill("06:00");
  await page.getByText("on Monday", { exact: true }).waitFor();
  expect(await page.getByText(/^on .*day$/).count()).toBe(1);
  await page.getByLabel("Holidays, one on a line").fill("Christmas");
  await page.getByRole("button", { name: "Set opening hours" }).click();
  await page.getByText("“Christmas” is no holiday").waitFor();
  expect(await db.deskCalendar.count()).toBe(0);
  await page.getByLabel("Holidays, one on a line").fill("2026-12-25 Christmas Day\n");
  await page.getByRole("button", { name: "Set opening hours" }).click();
  await page.getByRole("button", { name: "Always open" }).waitFor();
  expect((await db.deskCalendar.findFirstOrThrow()).calendar).toEqual({
    timeZone: "Europe/London",
    week: [{ opens: "09:00", closes: "17:00" }, null, null, null, null, null, { opens: "22:00", closes: "06:00" }],
    holidays: [{ date: "2026-12-25", name: "Christmas Day" }],
  });
  await aCallback({ inMinutes: 24 * 60 });
  await page.reload();
  await page
    .getByRole("status")
    .getByText(/^1 promise ahead is for a time at which the desk is closed/)
    .waitFor();
});

test("a supervisor names a queue, and every screen calls it so; the name it came with can be had back", {
  tags: ["long"],
}, async () => {
  await anAgent();
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/settings");
  const queue = page.getByLabel("Customers who owe documents");
  await queue.fill("Papers");
  await queue.press("Enter");
  await page.getByText("Named by Sam Staff").waitFor();
  await page.getByRole("link", { name: "Wallboard" }).click();
  await page.getByRole("rowheader", { name: "Papers" }).waitFor();
  await page.goto("/agents");
  await page.getByText("Signature due, Papers").waitFor();
  await page.goto("/settings");
  await page.getByRole("region", { name: "Names of the queues" }).getByRole("button", { name: "Reset" }).click();
  await page.getByText("Named by Sam Staff").waitFor({ state: "detached" });
  expect(await queue.inputValue()).toBe("Documents due");
  expect(complaints).toEqual([]);
});

test("an agent who accepts at night what was due by day sees which time it is there, and when the zone is only a guess", {
  tags: ["long"],
}, async () => {
  await setClock("2026-03-02T17:00:00Z");
  const userId = await aUser({ timeZone: "America/New_York" });
  await db.user.update({ where: { id: userId }, data: { timeZone: null, zoneGuess: "America/New_York" } });
  const callbackId = await aCallback({ userId });
  await setClock("2026-03-03T04:25:00Z");
  const ann = await anAgent();
  await acceptCallback(await aCtx(), { callbackId, agentId: ann });
  const { page } = await aWindow(app.url, { accountId: await asPerson(ann) });
  await page.goto("/desk");
  await page.getByText("It is 23:25 there.").waitFor();
  await page.getByText("zone unknown, taken as New York").waitFor();
});
