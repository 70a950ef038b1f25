/** The wallboard in a real browser: its numbers, its loud moments, and its look in each of its states. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { wallboard } from "#modules/monitoring";
import { aCallback, anAgent, aUser, tick } from "../factories/desk.ts";
import { anAccount } from "../factories/staff.ts";
import { aBusyMorning } from "../factories/morning.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { aCtx } from "../setup/ctx.ts";
import { advance, db } from "../setup/database.ts";
import { asPerson, aWindow, picture } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

type Look = Parameters<typeof aWindow>[1];
const open = async (look: Look = {}) => {
  const window = await aWindow(app.url, { width: 1360, accountId: (await anAccount()).id, ...look });
  await window.page.goto("/wallboard");
  await window.page.getByRole("heading", { name: "Needs you" }).waitFor();
  return window;
};
const figure = (page: Page, name: string) =>
  page.locator(".wall-figure", { has: page.getByText(name, { exact: true }) }).innerText();
const drawn = (page: Page) => page.locator(".wall-chart .recharts-bar-rectangle").first().waitFor();
const sign = (page: Page) => page.locator(".wall-sign");

test.each(["light", "dark"] as const)("the numbers on the wall are those of the database, %s", async (scheme) => {
  await aBusyMorning();
  const { figures, agents, queues, needsYou, quarters } = await wallboard(await aCtx(), { timeZone: "Europe/London" });
  const { page, complaints } = await open({ scheme });
  await drawn(page);
  expect(await figure(page, "Late")).toMatch(new RegExp(`\\n${figures.lateNow}\\noldest: \\d+:\\d\\d late`));
  expect(await figure(page, "Due")).toMatch(
    `\n${figures.overdueNow - figures.lateNow}\nnext 15 min: ${figures.dueInQuarterHour}`,
  );
  expect(await figure(page, "Kept on time")).toContain(
    `\n${figures.onTimeRate} %\n${figures.onTimeRate < 95 ? "below " : ""}target 95 %\n${figures.keptOnTime} of ${figures.dueToday - figures.stillInTime}, ${figures.stillInTime} still in time`,
  );
  expect(await figure(page, "No agent")).toContain(`\n${figures.waitingForAgent}\n`);
  expect(await figure(page, "System")).toContain("\nrunning\n");
  expect(await page.getByTitle(/^Of today's promises that are decided/).count()).toBe(1);
  for (const { name, load } of agents.slice(0, 4)) {
    const row = page.locator(".wall-agent").filter({ hasText: name });
    expect(await row.innerText()).toContain(`\n${load}`);
  }
  for (const [n, { waiting, callbacks }] of queues.entries()) {
    const row = page.locator(".wall-queues tbody tr").nth(n);
    expect(await row.innerText()).toContain(`\t${waiting}\t${callbacks}\t`);
  }
  const [first] = needsYou;
  const need = page.locator(".wall-need").filter({
    has: page.getByRole("link", { name: `Open callback ${first?.id}, promised` }),
  });
  expect(await need.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
    `/customers?id=${first?.userId}`,
    `/callbacks?id=${first?.id}`,
  ]);
  // The word "now" stands above the bars, however high they are.
  const chart = page.locator(".wall-chart").first();
  const line = await chart.locator("line.recharts-reference-line-line").last().boundingBox();
  const now = await chart.getByText("now", { exact: true }).boundingBox();
  expect(now!.y + now!.height).toBeLessThanOrEqual(line!.y + 2);
  const table = page.getByRole("table", { name: "Promises by quarter hour" });
  expect(await table.locator("tbody tr").count()).toBe(quarters.length);
  await picture(page, `wallboard-busy-${scheme}`);
  expect(complaints).toEqual([]);
});

test("a tick missing for over two minutes turns its sign red, with words; the next tick turns it back", async () => {
  await anAgent();
  await tick();
  await advance({ minutes: 1 });
  const { page, complaints } = await open();
  expect(await sign(page).innerText()).toMatch(/^queue checked 09:00:00$/);
  expect(await sign(page).getAttribute("class")).toContain("kept");
  await advance({ minutes: 1, seconds: 1 });
  await page.getByText(/^queue not checked for 2:0\d: is the cron running\?$/).waitFor();
  expect(await sign(page).getAttribute("class")).toContain("late");
  await page.getByText(/No tick for 121 seconds/).waitFor();
  await picture(page, "wallboard-no-tick-light");
  await tick();
  await page.getByText(/^queue checked 09:02:01/).waitFor();
  expect(await sign(page).getAttribute("class")).toContain("kept");
  expect(complaints).toEqual([]);
});

test("an empty desk says what comes next, and nothing scrolls sideways on a phone", { tags: ["long"] }, async () => {
  const empty = await open();
  await empty.page.getByText("Nothing needs you.", { exact: false }).waitFor();
  await empty.page.getByText("Nothing is promised for today.", { exact: false }).waitFor();
  expect(await figure(empty.page, "Kept on time")).toContain("–\nnothing due yet today");
  expect(await figure(empty.page, "System")).toContain("\nwaiting\nfor the first check of the queue");
  await picture(empty.page, "wallboard-empty-light");
  await aBusyMorning();
  for (const scheme of ["light", "dark"] as const) {
    const { page, complaints } = await open({ scheme, width: 360 });
    await drawn(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await picture(page, `wallboard-phone-${scheme}`);
    expect(complaints).toEqual([]);
  }
});

test("in full screen everything is larger and fits, and the same button leads back", { tags: ["long"] }, async () => {
  await aBusyMorning();
  const { page, complaints } = await open();
  await page.setViewportSize({ width: 1920, height: 1080 });
  await drawn(page);
  const sizeOf = () =>
    page
      .locator(".wall-value")
      .first()
      .evaluate((value) => Number.parseFloat(getComputedStyle(value).fontSize));
  const before = await sizeOf();
  await page.getByRole("button", { name: "Full screen" }).click();
  await page.getByRole("button", { name: "Leave full screen" }).waitFor();
  expect(await sizeOf()).toBeGreaterThan(before * 1.5);
  await page
    .getByText(/logged out \d\d:\d\d|never logged in/)
    .first()
    .waitFor();
  const cut = (rows: Element[]) =>
    rows.filter((row) => row.scrollWidth > row.clientWidth).map(({ textContent }) => textContent);
  expect(await page.locator(".wall-agent.is-gone > :first-child").evaluateAll(cut)).toEqual([]);
  await page.screenshot({ path: ".ringback/screenshots/wallboard-full-light.png" });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: ".ringback/screenshots/wallboard-full-dark.png" });
  const bottom = () => page.locator(".wall-first").evaluate((first) => first.getBoundingClientRect().bottom);
  expect(await bottom()).toBeLessThanOrEqual(1_081);
  // So it does when it has one line more to say.
  await page.route("**/api/wallboard*", (route) => route.abort());
  await page.getByText("Not live:", { exact: false }).waitFor();
  expect(await bottom()).toBeLessThanOrEqual(1_081);
  await page.screenshot({ path: ".ringback/screenshots/wallboard-full-offline.png" });
  await page.getByRole("button", { name: "Leave full screen" }).click();
  await page.getByRole("button", { name: "Full screen", exact: true }).waitFor();
  expect(complaints.filter((said) => !said.includes("ERR_FAILED"))).toEqual([]);
});

test("a server that is away leaves the last numbers on the wall, says how old they are, and is found again", {
  tags: ["long"],
}, async () => {
  await aBusyMorning();
  const { page } = await open();
  await page.route("**/api/wallboard*", (route) => route.abort());
  await page.getByText("Not live:", { exact: false }).waitFor();
  expect(await page.locator(".wall-stale").innerText()).toMatch(
    /^Not live: Ringback cannot be reached\. As of 11:40:00, \d+ s ago; trying again\.$/,
  );
  expect(await figure(page, "Due")).toMatch(/\n\d+\n/);
  await picture(page, "wallboard-offline-light");
  await page.unroute("**/api/wallboard*");
  await page.getByText("Not live:", { exact: false }).waitFor({ state: "detached" });
});

test("a server that keeps silent is noticed, too", { tags: ["long"] }, async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.clock.install();
  await page.goto("/wallboard");
  await page.getByRole("heading", { name: "Needs you" }).waitFor();
  await page.route("**/api/wallboard*", () => {});
  await page.clock.fastForward(25_000);
  await page.getByText(/^Not live: Ringback does not answer\.$/).waitFor();
});

test("a row that comes while the pointer is in the list waits until it is asked for", { tags: ["long"] }, async () => {
  await aBusyMorning();
  const { page } = await open();
  const first = page.locator(".wall-need").first();
  const before = await first.innerText();
  await first.hover();
  const late = await aCallback({ inMinutes: -20 });
  await page.getByRole("button", { name: "1 new" }).waitFor();
  expect((await first.innerText()).split("\n").at(1)).toBe(before.split("\n").at(1));
  await page.getByRole("button", { name: "1 new" }).click();
  await page.getByRole("link", { name: new RegExp(`^Open callback ${late},`) }).waitFor();
});

test("a late callback, and all late ones of an agent but none for later, are with another agent after two presses, and a third takes them back; on a wall nobody is named", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent({ name: "Ann" });
  // Ann has it as the only one here; nobody asked for her.
  const late = await aCallback({ inMinutes: -6, userId: await aUser({ firstName: "Leila" }) });
  await tick();
  const ben = await anAgent({ name: "Ben" });
  const { page, complaints } = await open();
  await page.getByRole("button", { name: "Reassign Leila User" }).click();
  await page.getByRole("button", { name: "Ben Able, free" }).click();
  await page.getByText(/^Leila User: 1 callback moved to Ben Able/).waitFor();
  const owner = async () => (await db.callback.findUniqueOrThrow({ where: { id: late } })).preferredAgentId;
  expect(await owner()).toBe(ben);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back: 1 callback as before.").waitFor();
  expect(await owner()).toBeNull();
  // So are all late ones of an agent, and nothing that is promised for later.
  const later = await aCallback({ preferredAgentId: ann, inMinutes: 90, userId: await aUser({ firstName: "Nils" }) });
  for (const inMinutes of [-8, -7])
    await aCallback({ preferredAgentId: ann, inMinutes, userId: await aUser({ firstName: "Noor" }) });
  await tick();
  await page.getByRole("button", { name: "Move all of Ann Able" }).click();
  await page.getByRole("button", { name: "Ben Able, free" }).click();
  await page.getByText("3 callbacks moved to Ben Able.").waitFor();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await page.getByText("Taken back: 3 callbacks as before.").waitFor();
  expect(await db.callback.count({ where: { preferredAgentId: ann, id: { not: later } } })).toBe(2);
  await page.getByRole("button", { name: "Full screen" }).click();
  await page.getByRole("button", { name: "Leave full screen" }).waitFor();
  expect(await page.locator(".wall").innerText()).not.toContain("Leila");
  expect(complaints).toEqual([]);
});

test("late, due and kept are the same on the wall, in the list and at the desk", async () => {
  const ann = await anAgent({ name: "Ann" });
  for (const inMinutes of [-20, -6, -4, -1, 3])
    await aCallback({ preferredAgentId: ann, inMinutes, userId: await aUser() });
  await tick();
  const { page } = await open();
  expect(await figure(page, "Late")).toContain("\n2\n");
  expect(await figure(page, "Due")).toContain("\n2\nnext 15 min: 1");
  await page.getByRole("link", { name: "Late", exact: true }).click();
  await page.getByRole("checkbox").nth(1).waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(2);
  expect(await page.getByText(/^late \d/).count()).toBe(2);
  await page.goBack();
  await page.getByRole("link", { name: "Due", exact: true }).click();
  await page.getByRole("checkbox").nth(1).waitFor();
  expect(await page.getByText(/^due (now|\d)/).count()).toBe(2);
  expect(await page.getByRole("checkbox").count()).toBe(2);
  await page.goBack();
  // The count beside an agent is of calls in the queue now, so not it but the name leads to all that is with the agent.
  await page.getByText("in the queue of Ann Able").waitFor({ state: "attached" });
  expect(await page.getByRole("link", { name: "in the queue of Ann Able" }).count()).toBe(0);
  await page.getByRole("link", { name: "Callbacks with Ann Able" }).click();
  await page.getByRole("checkbox").nth(4).waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(5);
  const desk = await aWindow(app.url, { accountId: await asPerson(ann) });
  await desk.page.goto("/desk");
  await desk.page.getByRole("heading", { name: "Late 2" }).waitFor();
  await desk.page.getByRole("heading", { name: "Due and next 10 minutes 3" }).waitFor();
});

test("a wallboard that never had an answer says why, and asks again", { tags: ["long"] }, async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.route("**/api/wallboard*", (route) => route.abort());
  await page.goto("/wallboard");
  await page.getByText("Ringback cannot be reached.", { exact: false }).waitFor();
  await picture(page, "wallboard-failed-light");
  await page.unroute("**/api/wallboard*");
  await page.getByRole("button", { name: "Try now" }).click();
  await page.getByRole("heading", { name: "Needs you" }).waitFor();
});
