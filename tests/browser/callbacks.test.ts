/** People's actions on promises, by hand, in a real browser. The clock of the desk stands still, the browser's does not. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { DONE_AT_HEADER, FORMAT_HEADER } from "#lib/action-headers";
import { execute, sql } from "#lib/database/sql";
import { acceptCallback, cancelCallback, getCallback, importUsers } from "#modules/callbacks";
import { recordOutcome, takeNext } from "#modules/calls";
import { aCallback, anAgent, aUser, everybodyIsAlive, liveEntries, tick } from "../factories/desk.ts";
import { expectInvariants } from "../factories/invariants.ts";
import { drainMessages } from "../factories/messages.ts";
import { anAccount } from "../factories/staff.ts";
import { ask, type Instance, serveInstances } from "../served/instances.ts";
import { aCtx } from "../setup/ctx.ts";
import { advance, db } from "../setup/database.ts";
import { SERVICE_API_KEY } from "../setup/secrets.ts";
import { aWindow, heightsOf, picture } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const story = async (id: number) => getCallback(await aCtx(), { id });

async function aPerson(name: string, phone: string, timeZone = "Europe/London"): Promise<bigint> {
  const id = await aUser({ firstName: name.split(" ")[0]!, timeZone });
  await execute(db, sql`UPDATE users SET last_name = ${name.split(" ")[1]}, phone = ${phone} WHERE id = ${id}`);
  return id;
}

/** A morning with two agents and callbacks in every state; the last tick was a moment ago. */
async function aMorning() {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  const [marta, dean, priya, luca] = [
    await aCallback({
      userId: await aPerson("Marta Kowalska", "+48 601 555 142", "Europe/Warsaw"),
      preferredAgentId: ann,
      inMinutes: -12,
    }),
    await aCallback({ userId: await aPerson("Dean Okafor", "+44 7700 900142"), preferredAgentId: ann, inMinutes: 4 }),
    await aCallback({ userId: await aPerson("Priya Nair", "+1 212 555 0199", "America/New_York"), inMinutes: 300 }),
    await aCallback({
      userId: await aPerson("Luca Bianchi", "+39 02 555 0100", "Europe/Rome"),
      preferredAgentId: ben,
      inMinutes: 1500,
    }),
  ];
  await tick();
  await advance({ minutes: 3 });
  await everybodyIsAlive();
  return { ann, ben, marta, dean, priya, luca };
}

test("a supervisor lifts the mark of a number with a reason, where the promise that it stopped is seen, and dials it", {
  tags: ["long"],
}, async () => {
  await importUsers(await aCtx(), {
    users: [{ id: 7n, firstName: "Uma", lastName: "User", phone: "+44 20 7946 0111" }],
  });
  const ann = await anAgent();
  const [called, other] = [
    await aCallback({ userId: 7n, preferredAgentId: ann }),
    await aCallback({ userId: 7n, inMinutes: 600 }),
  ];
  await tick();
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "wrong_number" });
  expect([(await story(called)).status, (await story(other)).mark?.kind]).toEqual(["failed", "wrong_number"]);
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto(`/callbacks?id=${other}`);
  await page.getByText(/The number is known to be wrong: Somebody else answered/).waitFor();
  expect(await page.getByRole("link", { name: "+44 20 7946 0111" }).getAttribute("href")).toBe("tel:+442079460111");
  await page.getByRole("button", { name: "Let it be called again" }).click();
  await page.getByLabel("Reason").fill("They rang us from it.");
  await page.getByRole("button", { name: "Lift the mark" }).click();
  await page.getByText("This number may be called again.").waitFor();
  await page.getByRole("button", { name: "Let it be called again" }).waitFor({ state: "detached" });
  expect(await story(other)).toMatchObject({ mark: null, quarantinedAt: null });
  expect(complaints).toEqual([]);
});

test("a supervisor searches, reads the story, changes the time and cancels", async () => {
  const { ann, marta, dean } = await aMorning();
  // Done at a desk without a connection; it arrives half an hour later.
  const snoozed = await ask(
    app,
    "POST /callbacks/snooze",
    { callbackId: marta, snoozeMinutes: 5 },
    {
      authorization: `Bearer ${SERVICE_API_KEY}`,
      "idempotency-key": "snoozed-offline",
      [FORMAT_HEADER]: "1",
      [DONE_AT_HEADER]: "2026-03-02T08:32:00Z",
    },
  );
  expect(snoozed.status).toBe(200);
  await advance({ minutes: 2 });
  await tick();
  await acceptCallback(await aCtx(), { callbackId: marta, agentId: ann });
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  const asked: string[] = [];
  page.on("request", (request) => request.isNavigationRequest() && asked.push(request.url()));
  await page.goto("/callbacks");
  await page.getByRole("button", { name: "Dean Okafor" }).waitFor();
  await page.getByLabel("Search").fill("kowal");
  await page.getByRole("button", { name: "Dean Okafor" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Marta Kowalska" }).click();
  const panel = page.getByRole("region", { name: `Callback ${marta}` });
  for (const words of ["Promised", "Queued", "Snoozed", "Accepted"])
    await panel.getByText(words, { exact: true }).first().waitFor();
  expect(await panel.innerText()).toMatch(/10:05 in Warsaw[\s\S]*Accepted through the API[\s\S]*Snoozed for 5 min/);
  await panel.getByText("done at 08:32 offline, arrived 09:03", { exact: true }).waitFor();
  await picture(page, "callbacks-story-light");

  await panel.getByRole("button", { name: "Change the time" }).click();
  await page.getByRole("dialog").getByLabel("Time").fill("2026-03-02T15:30");
  await page.getByRole("dialog").getByLabel("Reason").fill("asked for the afternoon");
  await picture(page, "callbacks-time-light");
  await page.getByRole("button", { name: "Promise this time" }).click();
  await page.getByText("Promised for 14:30 · 15:30 in Warsaw.").waitFor();
  await panel.getByText("Another time").waitFor();
  expect(await story(marta)).toMatchObject({ status: "pending", promisedFor: "2026-03-02T14:30:00.000Z" });

  await panel.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("called us herself");
  await page.getByRole("button", { name: "Cancel it for good" }).click();
  await page.getByText(`Callback ${marta} is cancelled.`).waitFor();
  expect(await story(marta)).toMatchObject({ status: "cancelled", cancelReason: "called us herself" });
  await panel.getByText("called us herself").waitFor();
  // The button that opened the dialog is gone with the promise.
  await panel.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.closest(".story") !== null);
  await page.getByRole("button", { name: "Close the story" }).click();
  await panel.waitFor({ state: "detached" });
  expect(asked.filter((url) => /kowal/i.test(url))).toEqual([]);

  // A refusal of the server: the call of this callback is under way.
  await acceptCallback(await aCtx(), { callbackId: dean, agentId: ann });
  await takeNext(await aCtx(), { agentId: ann });
  await page.goto(`/callbacks?id=${dean}`);
  await page
    .getByRole("region", { name: `Callback ${dean}` })
    .getByRole("button", { name: "Cancel" })
    .click();
  await page.getByRole("dialog").getByLabel("Reason").fill("not needed");
  await page.getByRole("button", { name: "Cancel it for good" }).click();
  await page.getByText("This callback is being called at this moment; record the outcome instead.").waitFor();
  // The console message is about the refused request.
  expect(complaints.filter((line) => !line.includes("409"))).toEqual([]);
  await expectInvariants();
});

test("two are chosen and reassigned together, with the keyboard alone", { tags: ["long"] }, async () => {
  const { ben, marta, dean } = await aMorning();
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  for (const name of ["Marta Kowalska", "Dean Okafor"]) {
    await page.getByRole("checkbox", { name }).focus();
    await page.keyboard.press("Space");
  }
  await page.getByText("2 chosen").waitFor();
  await picture(page, "callbacks-chosen-light");
  await page.getByRole("button", { name: "Reassign" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("Ben Able: available").waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Reassign");
  await page.keyboard.press("Enter");
  await page
    .getByRole("dialog")
    .getByRole("combobox")
    .selectOption({ value: String(ben) });
  await picture(page, "callbacks-reassign-light");
  await page.getByRole("dialog").getByRole("button", { name: "Reassign" }).press("Enter");
  await page.getByText("2 callbacks moved to Ben Able.").waitFor();
  for (const id of [marta, dean]) expect((await story(id)).preferredAgentId).toBe(ben);
  expect((await liveEntries()).map(({ agentId }) => agentId)).toEqual([ben, ben]);
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await page.getByText("Taken back: 2 callbacks as before.").waitFor();
  for (const id of [marta, dean]) expect((await story(id)).preferredAgentId).not.toBe(ben);
  expect(complaints).toEqual([]);
  await expectInvariants();
});

test("the address holds the view: reload and Back find it again, and late hours are red", {
  tags: ["long"],
}, async () => {
  await aMorning();
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  await page.getByRole("button", { name: "Dean Okafor" }).waitFor();
  expect(await heightsOf(page, "search .control, search > .button:not(.unfold)")).toHaveLength(1);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflowY)).toBe("scroll");
  // The figure of a chip is the number of rows that it leads to.
  const rows = () => page.getByRole("checkbox").count();
  await page.getByRole("button", { name: `Open ${await rows()}`, exact: true }).waitFor();
  await page.getByRole("button", { name: /^Late \d+$/ }).click();
  await page.getByRole("button", { name: "Dean Okafor" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Late ${await rows()}`, exact: true }).waitFor();
  await page.getByRole("button", { name: "Marta Kowalska" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Marta Kowalska" }).waitFor();
  expect(await page.getByRole("button", { name: /^Late \d+$/ }).getAttribute("aria-pressed")).toBe("true");
  await page.goBack();
  await page.getByRole("button", { name: "Dean Okafor" }).waitFor();
  const names = () => page.locator("tbody td.one-line .plain-button").allInnerTexts();
  const byTime = await names();
  await page.getByRole("columnheader", { name: "Who" }).getByRole("button").click();
  expect(new URL(page.url()).search).toBe("?order=customer");
  await expect.poll(names).toEqual(byTime.toSorted((one, other) => one.localeCompare(other)));
  expect(await page.getByRole("columnheader", { name: "Who" }).getAttribute("aria-sort")).toBe("ascending");
  await page.getByRole("columnheader", { name: "Due" }).getByRole("button").click();
  await expect.poll(names).toEqual(byTime);
  await page.getByRole("columnheader", { name: "Due" }).getByRole("button").click();
  expect(new URL(page.url()).search).toBe("?order=latest");
  await expect.poll(names).toEqual(byTime.toReversed());
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV of what is shown" }).click();
  expect((await saved).suggestedFilename()).toBe("callbacks.csv");
  // The story opens beside the row, wherever the page was scrolled to.
  await page.setViewportSize({ width: 1280, height: 300 });
  const marta = page.getByRole("button", { name: "Marta Kowalska" });
  await marta.scrollIntoViewIfNeeded();
  const place = () => page.evaluate(() => Math.round(window.scrollY));
  const before = await place();
  expect(before).toBeGreaterThan(0);
  await marta.press("Enter");
  await page
    .getByRole("region", { name: /^Callback \d/ })
    .getByRole("heading", { name: "History" })
    .waitFor();
  expect(await place()).toBe(before);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/callbacks?view=week");
  const hour = page.getByRole("button", { name: /1 late/ });
  const [text, ground] = await hour.evaluate((it) => {
    const { color, backgroundColor } = getComputedStyle(it);
    return [color, backgroundColor];
  });
  expect([text, ground]).toEqual(["rgb(201, 42, 42)", "rgb(255, 241, 240)"]);
});

test("beside a story the time of each row is whole, with the customer's own clock and, where it is another, the day", async () => {
  const { marta } = await aMorning();
  const lia = await aPerson("Lia Chen", "+1 213 555 0188", "America/Los_Angeles");
  for (const inMinutes of [-1, 21 * 60]) await aCallback({ userId: lia, inMinutes });
  const { page } = await aWindow(app.url, { width: 1360, accountId: (await anAccount()).id });
  await page.goto(`/callbacks?id=${marta}`);
  await page.getByRole("heading", { name: "Marta Kowalska", level: 2 }).waitFor();
  const times = page.locator("td.times");
  const cut = (cells: Element[]) =>
    cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent);
  expect(await times.evaluateAll(cut)).toEqual([]);
  const ofLia = page.getByRole("row").filter({ hasText: "Lia Chen" });
  await ofLia.first().getByText("01:02 theirs").waitFor();
  await ofLia.last().getByText("Mon 22:03 theirs").waitFor();
  await page.getByTitle("Mon 2 Mar, 22:03 in Los Angeles", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close the story" }).click();
  await ofLia.first().getByText("01:02 in Los Angeles").waitFor();
});

test("an open list stays up to date; while somebody is in it new rows wait, and a settled callback is not moved unseen", {
  tags: ["long"],
}, async () => {
  const { dean, luca } = await aMorning();
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  const row = (name: string) => page.getByRole("row", { name });
  await row("Marta Kowalska").getByText("Ann Able").waitFor();
  const longName = "Maximiliane".repeat(9);
  await aCallback({ userId: await aPerson(`${longName} Ng`, "+1 212 555 0100"), inMinutes: 60 });
  await row(longName).waitFor();
  const heights = await page
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((one) => one.getBoundingClientRect().height));
  // The last one has no line below it.
  expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(3);

  await page.getByRole("checkbox", { name: /Dean Okafor/ }).check();
  await page.getByRole("checkbox", { name: /Luca Bianchi/ }).check();
  await aCallback({ userId: await aPerson("Ines Duarte", "+351 21 555 0100"), inMinutes: -20 });
  await page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await row("Ines Duarte").count()).toBe(0);
  await page.getByRole("button", { name: "1 new" }).click();
  await row("Ines Duarte").waitFor();
  // The row with the focus disappears: the list keeps the focus, and the row is no longer chosen.
  await page.getByRole("checkbox", { name: /Dean Okafor/ }).focus();
  await cancelCallback(await aCtx(), { callbackId: dean, reason: "asked for by letter" });
  await row("Dean Okafor").waitFor({ state: "detached" });
  await page.getByText("1 chosen").waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('section[aria-label="Callbacks"]'));
  // The pointer is still in the list when the focus leaves it.
  await row("Luca Bianchi").hover();
  await page.getByRole("checkbox", { name: /Luca Bianchi/ }).focus();
  await page.getByLabel("Search").focus();
  await aCallback({ userId: await aPerson("Olu Ade", "+234 1 555 0100"), inMinutes: -25 });
  await page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await row("Olu Ade").count()).toBe(0);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("dialog").getByText("Luca Bianchi").waitFor();
  expect(await page.getByRole("dialog").getByText("Dean Okafor").count()).toBe(0);
  expect((await story(luca)).status).toBe("pending");
  expect(complaints).toEqual([]);
});

test("a story names the customer's clock only where it is another, and a callback that has ended is not due now", async () => {
  const callbackId = await aCallback({ preferredAgentId: await anAgent(), inMinutes: -1 });
  await tick();
  expect((await ask(app, "POST /callbacks/snooze", { callbackId, snoozeMinutes: 5 })).status).toBe(200);
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto(`/callbacks?id=${callbackId}`);
  const panel = page.getByRole("region", { name: `Callback ${callbackId}` });
  await panel.getByText("now due", { exact: true }).waitFor();
  expect(await panel.getByText("their clock").count()).toBe(0);
  await cancelCallback(await aCtx(), { callbackId, reason: "not needed" });
  await page.reload();
  await panel.getByText("was due", { exact: true }).waitFor();
  expect(await panel.getByText("now due").count()).toBe(0);
});

test("a supervisor promises a new callback from any screen with the key C, with texts to the customer, and reads its state and the texts", async () => {
  const { userId } = await story((await aMorning()).marta);
  await execute(db, sql`INSERT INTO phone_numbers (number, created_at) VALUES ('+48601555142', ringback_now())`);
  await execute(db, sql`UPDATE users SET number = '+48601555142' WHERE id = ${userId}::bigint`);
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/agents");
  await page.getByRole("row", { name: "Ann Able" }).waitFor();
  await page.keyboard.press("c");
  // An incomplete form says what is missing; its button is busy only while a request is under way.
  const promise = page.getByRole("button", { name: "Promise it" });
  expect(await promise.getAttribute("aria-busy")).toBe("false");
  await promise.press("Enter");
  await page.getByText("Choose who is to be called.").waitFor();
  await page.getByLabel("Customer").fill("kowal");
  await page.getByRole("button", { name: /^Marta Kowalska.*1 promised already/ }).click();
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText("Tue 3 Mar, 15:00", { exact: true }).waitFor();
  await page.getByLabel("Reason").fill("Wants a price.");
  const texts = page.getByRole("checkbox", { name: "Send texts: now, before the call, and when it moves" });
  await texts.press("Space");
  expect(await texts.isChecked()).toBe(true);
  await picture(page, "new-callback-light", { fullPage: false });
  await page.getByRole("button", { name: "Promise it" }).click();
  await page.getByText(/^Marta Kowalska: promised for Tue 3 Mar, 14:00 · 15:00 in Warsaw/).waitFor();
  const [made] = await db.callback.findMany({ orderBy: { id: "desc" }, take: 1 });
  expect(made).toMatchObject({ callbackReason: "Wants a price.", scheduledFor: new Date("2026-03-03T14:00Z") });
  await drainMessages();
  expect((await story(made!.id)).texts).toMatchObject([{ occasion: "promised", state: "sent" }]);
  await page.goto(`/callbacks?id=${made!.id}`);
  await page.getByRole("heading", { name: "Texts to the customer" }).waitFor();
  const text = page.getByRole("listitem").filter({ hasText: "The promise" });
  await text.getByText(/, sent$/).waitFor();
  expect(complaints).toEqual([]);
});

test("several are rescheduled and cancelled together: the effect is previewed, and refused ones are named by number", {
  tags: ["long"],
}, async () => {
  const { marta, dean } = await aMorning();
  const before = await story(marta);
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  const choose = async (...names: string[]) => {
    for (const name of names) await page.getByRole("checkbox", { name }).press("Space");
  };
  const dialog = page.getByRole("dialog");
  await choose("Marta Kowalska", "Dean Okafor");
  await page.getByRole("button", { name: "Change the time" }).press("Enter");
  await dialog.getByRole("combobox").selectOption("a day later");
  await dialog
    .getByLabel("Preview")
    .getByText(/Marta Kowalska.*becomes Tue/)
    .waitFor();
  await dialog.getByLabel("Reason").fill("the line was down");
  await picture(page, "callbacks-move-many-light", { fullPage: false });
  await dialog.getByRole("button", { name: "Promise these times" }).press("Enter");
  await page.getByText("Another time: 2 callbacks.").waitFor();
  // The button that opened the dialog is gone with its tray.
  await page.waitForFunction(() => document.activeElement?.closest("main"));
  expect(Date.parse((await story(marta)).scheduledFor) - Date.parse(before.scheduledFor)).toBe(86_400_000);
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await page.getByText("Taken back: 2 callbacks as before.").waitFor();
  expect((await story(marta)).scheduledFor).toBe(before.scheduledFor);

  // The supervisor sends before this page has heard that one of them is cancelled, and so is not to be chosen any more.
  await page.route(/\/api\/callbacks\?/, () => {});
  await cancelCallback(await aCtx(), { callbackId: dean, reason: "rang us" });
  await choose("Marta Kowalska", "Dean Okafor");
  await page.getByRole("button", { name: "Cancel", exact: true }).press("Enter");
  await dialog.getByLabel("Reason").fill("they wrote instead");
  await dialog.getByRole("button", { name: "Cancel them for good" }).press("Enter");
  await page.getByText(new RegExp(`Cancelled: 1 of 2. Callback ${dean}: `)).waitFor();
  expect([(await story(marta)).cancelReason, (await story(dean)).cancelReason]).toEqual([
    "they wrote instead",
    "rang us",
  ]);
  await expectInvariants();
});

test("a dialog about several names those that a colleague settled meanwhile, counts the others, and sends nothing when none is left", {
  tags: ["long"],
}, async () => {
  const { marta, dean } = await aMorning();
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  for (const name of ["Marta Kowalska", "Dean Okafor"]) await page.getByRole("checkbox", { name }).press("Space");
  const dialog = page.getByRole("dialog");
  const opened = async (button: string, title: string) => {
    await page.getByRole("button", { name: button, exact: true }).press("Enter");
    await dialog.getByRole("heading", { name: title, exact: true }).waitFor();
  };
  for (const [button, title] of [
    ["Reassign", "Reassign 2 callbacks"],
    ["Change the time", "Change the time of 2 callbacks"],
  ] as const) {
    await opened(button, title);
    await page.keyboard.press("Escape");
  }
  await opened("Cancel", "Cancel 2 callbacks");
  await cancelCallback(await aCtx(), { callbackId: dean, reason: "rang us" });
  await dialog.getByRole("heading", { name: "Cancel 1 callback", exact: true }).waitFor();
  await dialog
    .getByRole("status")
    .getByText(/^Left out.*: Dean Okafor\.$/)
    .waitFor();
  await cancelCallback(await aCtx(), { callbackId: marta, reason: "rang us" });
  await dialog
    .getByRole("status")
    .getByText(/Marta Kowalska/)
    .waitFor();
  await dialog.getByLabel("Reason").fill("they wrote instead");
  await dialog.getByRole("button", { name: "Cancel them for good" }).press("Enter");
  await dialog.getByText("None of them is left; close this.").waitFor();
  expect((await story(marta)).cancelReason).toBe("rang us");
});

test("a view is saved under a name in this browser, found again after a reload, and forgotten", {
  tags: ["long"],
}, async () => {
  await aMorning();
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks?show=kept&order=newest");
  await page.getByRole("button", { name: "Save this view" }).click();
  await page.getByLabel("Name of the view").fill("Kept last");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Kept last", exact: true }).waitFor();
  await page.goto("/callbacks");
  await page.getByRole("button", { name: "Kept last", exact: true }).click();
  await page.waitForURL("**/callbacks?show=kept&order=newest");
  await page.getByRole("button", { name: "Forget the view Kept last" }).click();
  await page.getByRole("button", { name: "Kept last", exact: true }).waitFor({ state: "detached" });
});

test("a customer's page has numbers, promises and history, and a supervisor lifts the mark of a number there", {
  tags: ["long"],
}, async () => {
  const { marta } = await aMorning();
  const { userId } = await story(marta);
  await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = ${userId}::bigint`);
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto(`/callbacks?id=${marta}`);
  await page.getByRole("link", { name: "Marta Kowalska" }).click();
  await page.waitForURL(`**/customers?id=${userId}`);
  await page.getByRole("heading", { name: "Marta Kowalska" }).waitFor();
  await page.getByRole("region", { name: "History" }).getByText("Promised").first().waitFor();
  await page.getByRole("link", { name: `Open callback ${marta}` }).waitFor();
  await page.getByText("do not call").waitFor();
  await picture(page, "customer-light");
  await page.getByRole("button", { name: "Let it be called again" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("asked for it by letter");
  await page.getByRole("button", { name: "Lift the mark" }).click();
  await page.getByText("This number may be called again.").waitFor();
  await page.getByText("do not call").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Find another" }).click();
  await page.getByLabel("Customer").fill("Okafor");
  await page.getByRole("button", { name: /^Dean Okafor/ }).click();
  await page.getByRole("heading", { name: "Dean Okafor" }).waitFor();
  expect(complaints).toEqual([]);
});

test("an hour of the week leads to its callbacks", { tags: ["long"] }, async () => {
  await aMorning();
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  await page.getByRole("button", { name: "Week", exact: true }).click();
  await page.getByRole("button", { name: /Tue.*10:00: 1 promised/ }).waitFor();
  await picture(page, "callbacks-week-light");
  await page.getByRole("button", { name: /Tue.*10:00: 1 promised/ }).click();
  await page.getByRole("button", { name: "Luca Bianchi" }).waitFor();
  await page.getByRole("button", { name: "Marta Kowalska" }).waitFor({ state: "detached" });
  expect(await page.getByLabel("From").inputValue()).toBe("2026-03-03T10:00");
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("button", { name: "Marta Kowalska" }).waitFor();
  expect(await page.getByLabel("From").inputValue()).toBe("");
  expect(complaints).toEqual([]);
});

test("everything of an ill agent is moved to another, and the agent is logged out", { tags: ["long"] }, async () => {
  const { ann, ben, marta, dean } = await aMorning();
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/agents");
  await page.getByRole("row", { name: "Ann Able" }).getByText("available 3 min").waitFor();
  await picture(page, "agents-full-light");
  await page.getByRole("button", { name: "Move all callbacks of Ann Able" }).click();
  await page
    .getByRole("dialog")
    .getByRole("combobox")
    .selectOption({ value: String(ben) });
  await picture(page, "agents-move-light");
  await page.getByRole("button", { name: "Move them" }).click();
  await page.getByText("moved to Ben Able. Ann is logged out.").waitFor();
  await page.getByRole("row", { name: "Ann Able" }).getByText("logged out").waitFor();
  for (const id of [marta, dean]) expect((await story(id)).preferredAgentId).toBe(ben);
  expect((await liveEntries()).filter(({ agentId }) => agentId === ann)).toEqual([]);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText(/^Taken back: \d callbacks as before/).waitFor();
  for (const id of [marta, dean]) expect((await story(id)).preferredAgentId).toBe(ann);
  expect(complaints).toEqual([]);
  await expectInvariants();
});

test("an agent sees their own callbacks, accepts one and gives it another time, and nothing that moves them to others", async () => {
  const { ben, luca, marta } = await aMorning();
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount({ agentId: ben })).id });
  await page.goto("/callbacks");
  await page.getByRole("button", { name: "Luca Bianchi" }).click();
  await page
    .getByRole("region", { name: `Callback ${luca}` })
    .getByText("Promised for")
    .waitFor();
  expect(await page.content()).not.toMatch(/Kowalska|Okafor/);
  for (const name of ["Reassign", "Cancel"])
    expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
  await page.getByRole("button", { name: "Change the time" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Time").fill("2026-03-03T03:00");
  await dialog.getByText("It is 03:00 in Rome then").waitFor();
  await dialog.getByLabel("Time").fill("2026-03-03T15:30");
  await dialog.getByRole("button", { name: "Promise this time" }).click();
  await page.getByText("Promised for Tue 3 Mar, 14:30 · 15:30 in Rome").first().waitFor();
  expect(complaints).toEqual([]);
  await page.goto(`/callbacks?id=${marta}`);
  await page.getByText(`Callback ${marta} is not at your desk: a colleague may have it now.`).waitFor();
  expect((await page.goto("/agents"))?.status()).toBe(404);
});

/** Promises to people whose names and words are longer than any column, or run from right to left. */
async function wideWords(): Promise<void> {
  const agentId = await anAgent({ name: "Bartholomew".repeat(9) });
  for (const firstName of [
    "Maximiliane".repeat(9),
    "שרה כהן ".repeat(12),
    "محمد عبد الرحمن",
    "👩‍👩‍👧‍👦🇩🇪🚀",
    "<b>Bea</b>",
    "W".repeat(90),
  ]) {
    const userId = await aUser({ firstName, timeZone: "America/Argentina/ComodRivadavia" });
    await aCallback({ userId, preferredAgentId: agentId, inMinutes: 20, reason: "שלום👍everything".repeat(30) });
  }
}

/** The names and reasons of the list whose first letter is out of sight, as that of a name from right to left would be. */
function cutAtTheBeginning(page: Page): Promise<string[]> {
  return page.locator("tbody :is(.reason, .plain-button)").evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
      if (!text) return [];
      const [range, box] = [document.createRange(), cell.getBoundingClientRect()];
      range.setStart(text, 0);
      range.setEnd(text, 1);
      const first = range.getBoundingClientRect();
      return first.left < box.left - 1 || first.right > box.right + 1 ? [cell.textContent ?? ""] : [];
    }),
  );
}

// 680 is a page of 1360 at 200 %.
test.each(["light", "dark"] as const)(
  "narrow, wide and at 200 %, nothing leaves the page sideways, %s",
  { tags: ["long"] },
  async (scheme) => {
    const { marta } = await aMorning();
    await wideWords();
    const wide = await db.callback.findFirstOrThrow({ orderBy: { id: "desc" } });
    await aCallback({ userId: wide.userId, inMinutes: -3 });
    await tick();
    const { id: accountId } = await anAccount();
    for (const width of scheme === "light" ? [360, 680, 1360] : [360, 1360]) {
      const { page, complaints } = await aWindow(app.url, { scheme, width, accountId });
      for (const path of [
        "/callbacks",
        `/callbacks?id=${marta}`,
        `/callbacks?id=${wide.id}`,
        "/wallboard",
        "/agents",
      ]) {
        await page.goto(path, { waitUntil: "networkidle" });
        await picture(page, `${path.slice(1).replace(/\?.*/, "-open")}-${width}-${scheme}`);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          `${path} at ${width}`,
        ).toBeLessThanOrEqual(width);
        const cut = (part: Element) => part.scrollWidth - part.clientWidth;
        // Nothing lies over what is beside it.
        const panels = page.locator("main .panel:not(.scrolls), .wall-need > span");
        expect(
          (await panels.evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth))).filter(
            (by) => by > 0,
          ),
          `${path} at ${width}`,
        ).toEqual([]);
        // Its last column, the state, is in sight.
        if (width === 1360 && path !== "/wallboard")
          expect(await page.locator(".scrolls").first().evaluate(cut), path).toBe(0);
        if (path !== "/agents") continue;
        // The longest name of an agent fits into a dialog.
        await page.getByRole("button", { name: /^Move all .*Bartholomew/ }).press("Enter");
        await page.getByRole("dialog").getByRole("heading").waitFor();
        expect(await page.getByRole("dialog").evaluate(cut), `${width}`).toBe(0);
        await page.keyboard.press("Escape");
      }
      await page.goto("/callbacks");
      await page.getByRole("checkbox").first().waitFor();
      expect(await cutAtTheBeginning(page), `${width}`).toEqual([]);
      if (width < 768) {
        // The first screen of a phone has rows; the filters are one press away.
        const { y } = (await page.getByRole("checkbox").first().boundingBox())!;
        expect(y).toBeLessThan(400);
        await page.getByRole("button", { name: "Filters", exact: true }).click();
      }
      await page.getByRole("button", { name: "Week", exact: true }).click();
      await page
        .getByRole("button", { name: /promised/ })
        .first()
        .waitFor();
      await picture(page, `callbacks-week-${width}-${scheme}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(complaints).toEqual([]);
    }
  },
);

test("a search without a result, and an empty list, say what to do", { tags: ["long"] }, async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/callbacks");
  await page.getByText("Nothing is open. Promise a call with New callback").waitFor();
  await page.getByRole("searchbox").fill("nobody");
  await page.getByText("No callbacks match. Clear the filters.").waitFor();
  await page.goto("/agents");
  await page.getByText("No agent yet.").waitFor();
});

test("a list that cannot be read says so, and is read again when asked", { tags: ["long"] }, async () => {
  await aMorning();
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.route("**/api/callbacks?*", (route) => route.abort());
  await page.goto("/callbacks");
  await page.getByText("Ringback cannot be reached. Check the connection, then try again.").waitFor();
  await page.unroute("**/api/callbacks?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("button", { name: "Dean Okafor" }).waitFor();
});
