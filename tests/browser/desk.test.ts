/** An agent's day at the desk, by hand, in real browsers. */
import type { Locator, Route } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { importUsers } from "#modules/callbacks";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive } from "../factories/desk.ts";
import { aSession } from "../factories/staff.ts";
import { ask, asCron, type Instance, serveInstances } from "../served/instances.ts";
import { aCtx } from "../setup/ctx.ts";
import { advance, db, setClock } from "../setup/database.ts";
import { asPerson, aWindow, heightsOf, overlap, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

/** The button that takes the next call, and dials it where there is a number. */
const CALL = /^(Start call|Call )/;
const ACCEPT = /^(Accept|Take back)/;

const tick = async () =>
  expect((await ask(app, "GET /cron/callback-notifications", undefined, asCron)).status).toBe(200);

/** The name of the element that has the focus. */
const focused = (page: Window["page"]) =>
  page.evaluate(() => {
    const it = document.activeElement as HTMLInputElement | null;
    const label = it?.getAttribute("aria-label") ?? it?.labels?.[0]?.textContent ?? it?.textContent ?? "";
    return label.replace(/(Ctrl Enter|Draft kept.*)/s, "").trim();
  });

async function atDesk(agentId: number, look: Parameters<typeof aWindow>[1] = {}): Promise<Window> {
  const window = await aWindow(app.url, { ...look, accountId: await asPerson(agentId) });
  await window.page.goto("/desk");
  await window.page.getByText("live", { exact: true }).waitFor();
  return window;
}

test("a promise appears without a reload, is accepted, called and settled, and the day counts it", async () => {
  const ann = await anAgent({ status: null });
  const { page, complaints } = await atDesk(ann);
  await page.getByRole("button", { name: "Start your shift" }).click();
  await page.getByText("No calls waiting").waitFor();
  await aCallback({ preferredAgentId: ann, inMinutes: 2, reason: "Has the letter at home." });
  await tick();
  await page.getByRole("heading", { name: "Due and next 10 minutes 1" }).waitFor();
  await picture(page, "desk-light");
  await page.getByRole("button", { name: /^Accept/ }).click();
  await page.getByText("accepted, at the front").waitFor();
  await page.getByRole("button", { name: CALL }).click();
  await page.getByLabel("In call").waitFor();
  await page.getByLabel("Notes").fill("Will have the letter tomorrow.");
  await page.getByRole("button", { name: "Call back…" }).click();
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  // The same on both clocks is written once.
  await page.getByText("Tue 3 Mar, 15:00 in UTC and yours", { exact: true }).waitFor();
  await picture(page, "desk-outcome-light");
  await page.getByRole("button", { name: "Save: Call back" }).click();
  await page.getByText("No calls waiting").waitFor();
  await page.getByLabel("My day").getByText("100 %").waitFor();
  expect(complaints).toEqual([]);
});

test("typed notes survive a reload, a visit to another screen, and a sign-out in another tab", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { page, context } = await atDesk(ann);
  await page.getByRole("button", { name: CALL }).click();
  await page.getByLabel("In call").waitFor();
  await page.getByLabel("Notes").fill("Will have the letter tomorrow.");
  const areThere = async () => {
    await page.getByText(/^Draft kept from \d\d:\d\d/).waitFor();
    expect(await page.getByLabel("Notes").inputValue()).toBe("Will have the letter tomorrow.");
  };
  await page.reload();
  await areThere();
  await page.getByRole("link", { name: "Callbacks" }).click();
  await page.getByRole("link", { name: /back to it$/ }).click();
  await areThere();
  await page.goBack();
  await page.getByRole("heading", { name: "Callbacks", level: 1 }).waitFor();
  await page.goForward();
  await areThere();
  await context.clearCookies();
  await page.reload();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  const [name = "", value = ""] = (await aSession(await asPerson(ann))).split("=");
  await context.addCookies([{ name, value, url: app.url, httpOnly: true, sameSite: "Lax" }]);
  await page.goto("/desk");
  await areThere();
});

test("words typed in one window stand in another of the same browser, and are saved with the outcome that is picked there", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { page, context } = await atDesk(ann);
  await page.getByRole("button", { name: CALL }).click();
  await page.getByLabel("In call").waitFor();
  const other = await context.newPage();
  await other.goto("/desk");
  await other.getByLabel("In call").waitFor();
  await page.getByLabel("Notes").fill("Will have the letter tomorrow.");
  await other.waitForFunction(() => document.querySelector("textarea")?.value === "Will have the letter tomorrow.");
  await other.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).waitFor();
  await other.getByRole("button", { name: "Save: Answered" }).click();
  await other.getByText("Uma User: Recorded.").waitFor();
  expect(await db.callSession.findFirst()).toMatchObject({ notes: "Will have the letter tomorrow." });
});

test("a double press of Save saves one outcome and says so once", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: CALL }).click();
  await page.getByRole("button", { name: /^Answered/ }).click();
  const answer = Promise.withResolvers<void>();
  let sent = 0;
  await page.route("**/outcome", async (route) => {
    sent += 1;
    await answer.promise;
    await route.continue();
  });
  // Both presses come before the button is drawn as busy, and a third one after.
  await page.getByRole("button", { name: "Save: Answered" }).evaluate((save: HTMLElement) => {
    save.click();
    save.click();
  });
  await page.keyboard.press("Control+Enter");
  answer.resolve();
  await page.getByText("Uma User: Recorded.").waitFor();
  await page.getByText("No calls waiting").waitFor();
  expect([sent, await page.getByText("Uma User: Recorded.").count()]).toEqual([1, 1]);
  expect(await db.callSession.count()).toBe(1);
});

test("on a telephone nothing is drawn below the next call before that has its height", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  const { page } = await aWindow(app.url, { width: 360, accountId: await asPerson(ann) });
  const answer = Promise.withResolvers<void>();
  await page.route(/\/api\/agents\/\d+\/desk/, async (route) => {
    await answer.promise;
    await route.continue();
  });
  await page.goto("/desk");
  await page.locator('.hero[aria-busy="true"]').waitFor();
  const list = page.getByRole("heading", { name: "My callbacks" });
  expect(await list.isVisible()).toBe(false);
  answer.resolve();
  await list.waitFor();
});

test("of two agents who accept the same promise one has it, and the other reads who", async () => {
  const [ann, ben] = [await anAgent({ name: "Ann", status: "break" }), await anAgent({ name: "Ben" })];
  await aCallback({ preferredAgentId: ann });
  await tick();
  const [first, second] = [await atDesk(ann), await atDesk(ben)];
  await Promise.all([first, second].map(({ page }) => page.getByRole("button", { name: ACCEPT }).waitFor()));
  // Ann's page gets no new list, so it still shows the callback that Ben has accepted.
  await first.page.route("**/pending-callbacks", (route) => route.abort());
  await second.page.getByRole("button", { name: /^Accept/ }).click();
  await second.page.getByText("accepted, at the front").waitFor();
  await first.page.getByRole("button", { name: ACCEPT }).click();
  await first.page.getByText(/Ben Able .*accepted/).waitFor();
  await first.page.unroute("**/pending-callbacks");
  await first.page.getByText("Nothing is due within ten minutes").waitFor();
});

test("notes that come after the outcome are not lost unseen: the page says so, and shows them", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  const userId = String(await aUser());
  const call = { userId, agentId: ann, direction: "inbound", status: "in_progress" };
  const { id } = (await ask(app, "POST /calls", call)).body;
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByLabel("Notes").fill("Wants a price.");
  await page.route("**/desk?*", (route) => route.abort());
  await ask(app, `POST /calls/${id}/outcome`, { outcomeType: "answered", notes: "Has the letter." });
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page
    .getByRole("status")
    .getByText(/were not kept.* Yours: “Wants a price\.”/)
    .waitFor();
});

test("a call that the telephone ends keeps its form with the words in it, and says that it has ended", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  const userId = String(await aUser());
  const call = { userId, agentId: ann, direction: "inbound", twilioCallSid: "CA0001" };
  await ask(app, "POST /calls", { ...call, status: "in_progress" });
  const { page } = await atDesk(ann);
  await page.getByLabel("Notes").fill("Wants a price.");
  await ask(app, "POST /calls", { ...call, status: "completed", durationSeconds: 60 });
  await page.getByText("write what came of it").waitFor();
  expect(await page.getByLabel("Notes").inputValue()).toBe("Wants a price.");
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByText("No calls waiting").waitFor();
});

/** From now on notices stay on the page, so that a slow machine finds them as well. */
const keepNotices = (page: Window["page"]) =>
  page.evaluate(() => {
    const start = window.setTimeout;
    Object.assign(window, { setTimeout: (work: () => void, ms: number) => start(work, ms === 8_000 ? 600_000 : ms) });
  });

/** Those of these parts that something else covers, once they are scrolled into sight. */
const covered = (page: Window["page"], parts: string[]) =>
  page.evaluate(
    (selectors) =>
      selectors.filter((selector) => {
        const part = document.querySelector(selector)!;
        part.scrollIntoView({ block: "nearest" });
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return [
          [left + 3, top + 3],
          [right - 3, top + 3],
          [left + 3, bottom - 3],
          [right - 3, bottom - 3],
        ].some(([x, y]) => !part.contains(document.elementFromPoint(x!, y!)));
      }),
    parts,
  );

test("in a call nothing scrolls at 1360x800: notes, all outcomes, the time and the bar that saves are in sight, and no notice covers them", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent({ name: "Ann" });
  const userId = 7n;
  const name = { firstName: "Maximiliane-Theodora-Josephine von und zu", lastName: "User" };
  await importUsers(await aCtx(), { users: [{ id: userId, ...name, phone: "+442079460114", timeZone: "UTC" }] });
  await aCallback({ acceptedBy: ann, userId, reason: `Wants to know ${"everything ".repeat(35)}`.trim() });
  const others = { ["X".repeat(90)]: 9, ["Z".repeat(90)]: 20, Leila: 4, Zed: 5, Yan: 6 };
  for (const [firstName, inMinutes] of Object.entries(others))
    await aCallback({ preferredAgentId: ann, inMinutes, userId: await aUser({ firstName }) });
  await tick();
  const { page, complaints } = await atDesk(ann);
  await page.setViewportSize({ width: 1360, height: 800 });
  await page.getByRole("button", { name: "Call +44 20 7946 0114" }).click();
  // It is dialled until it is answered: the telephone says so, or the agent with an outcome.
  await page.getByText(/^dialling \d/).waitFor();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Call back…" }).click();
  await page.getByText(/^in call \d/).waitFor();
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText("Tue 3 Mar").first().waitFor();
  await page.getByText(/then Leila User/).waitFor();
  const scrolls = () =>
    page.evaluate(() =>
      [document.documentElement, document.querySelector(".middle")!].map(
        (it) => it.scrollHeight > it.clientHeight || it.scrollWidth > it.clientWidth,
      ),
    );
  expect(await scrolls()).toEqual([false, false]);
  // No name is too long for the columns beside it.
  const excess = () =>
    page.locator(".side > *").evaluateAll((parts) =>
      parts.map((part) => {
        const column = part.parentElement!.getBoundingClientRect();
        return Math.max(0, Math.round(part.getBoundingClientRect().right - column.right));
      }),
    );
  await page.getByRole("region", { name: "My day" }).getByText("ZZZ").waitFor();
  expect(Math.max(...(await excess()))).toBe(0);
  expect(await heightsOf(page, ".desk > h1 + div > fieldset, .desk > h1 + div .button")).toHaveLength(1);
  const paddings = (of: string) =>
    page.locator(of).evaluateAll((panels) => [...new Set(panels.map((panel) => getComputedStyle(panel).paddingLeft))]);
  expect([await paddings(".side > .panel:not(.promises)"), await paddings(".middle > .panel")]).toEqual([
    ["16px"],
    ["24px"],
  ]);
  // The outcomes stand in even rows, without a broken word.
  for (const width of [1280, 1360]) {
    await page.setViewportSize({ width, height: 800 });
    const heights = await page.locator(".outcomes button").evaluateAll((all) => all.map((one) => one.clientHeight));
    expect([...new Set(heights)], `${width}`).toHaveLength(1);
    await picture(page, `in-call-more-${width}`, { fullPage: false });
  }
  await picture(page, "in-call-light", { fullPage: false });
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "in-call-dark", { fullPage: false });
  // Notices cover none of it, at a desk, on a small screen and on a telephone.
  await keepNotices(page);
  for (const name of ["Zed", "Yan"]) {
    await page.getByRole("button", { name: `${name} User`, exact: true }).focus();
    await page.keyboard.press("s");
    await page.getByText(`${name} User: Snoozed for 5 min`).waitFor();
  }
  expect(await page.getByRole("button", { name: "Undo" }).count()).toBe(2);
  for (const [width, height] of [
    [1360, 800],
    [1024, 768],
    [360, 740],
  ] as const) {
    await page.setViewportSize({ width, height });
    await picture(page, `in-call-notices-${width}`, { fullPage: false });
    expect(await covered(page, ['[data-shortcut="save"]', '[name="when"]', ".in-call footer p"]), `${width}`).toEqual(
      [],
    );
  }
  await page.setViewportSize({ width: 1360, height: 800 });
  // An Undo is for its own action only, also when it is not the last.
  await page.getByText("Zed User: Snoozed").locator("..").getByRole("button", { name: "Undo" }).press("Enter");
  await page.getByText("Taken back: it is as it was before.").waitFor();
  const snoozes = await db.callback.findMany({ select: { snoozes: true }, orderBy: { id: "desc" }, take: 2 });
  expect(snoozes).toEqual([{ snoozes: 1 }, { snoozes: 0 }]);
  // Elsewhere the call stays in sight, and signing out asks.
  await page.getByRole("link", { name: "Callbacks" }).click();
  await page.getByRole("link", { name: /^In call: Maximiliane.*back to it$/ }).waitFor();
  await page.locator(".person").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Back to the call" }).click();
  await page.getByRole("link", { name: /^In call/ }).click();
  expect(await page.getByLabel("Call back at").inputValue()).toBe("tomorrow 3pm");
  expect(complaints).toEqual([]);
  // After that confirmation the browser does not ask, too.
  let questions = 0;
  page.on("dialog", (question) => {
    questions += 1;
    void question.accept();
  });
  await page.locator(".person").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign out all the same" }).click();
  await page.getByLabel("Password").waitFor();
  expect(questions).toBe(0);
});

test("the next call is skipped with a reason: a colleague reads it and takes the call, and an agent who comes too late reads why", {
  tags: ["long"],
}, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  await aCallback({ preferredAgentId: ann });
  await tick();
  const [hers, his] = [await atDesk(ann), await atDesk(ben)];
  await hers.page.getByRole("button", { name: CALL }).waitFor();
  await hers.page.keyboard.press("k");
  const dialog = hers.page.getByRole("dialog", { name: "Skip Uma User" });
  await dialog.getByLabel("Reason").fill("speaks Dutch only");
  await picture(hers.page, "desk-skip-light", { fullPage: false });
  await dialog.getByRole("button", { name: "Skip" }).press("Enter");
  await hers.page.getByText("Uma User: Skipped: first in line for somebody else").waitFor();
  await hers.page.getByRole("button", { name: CALL }).waitFor({ state: "detached" });
  await his.page.getByText("Ann Able skipped it: speaks Dutch only").waitFor();
  // Another person comes first before Ben presses.
  await his.page.route("**/desk?*", (route) => route.abort());
  const cleo = await anAgent();
  await ask(app, "POST /queue/next", { agentId: cleo });
  await his.page.getByRole("button", { name: CALL }).press("Enter");
  await his.page.getByText("Uma User was just taken by a colleague.").waitFor();
});

test("two windows of one agent agree", { tags: ["long"] }, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const [first, second] = [await atDesk(ann), await atDesk(ann)];
  await first.page.getByRole("button", { name: /^Accept/ }).click();
  await second.page.getByText("accepted, at the front").waitFor();
  await second.page.getByRole("button", { name: CALL }).click();
  await first.page.getByLabel("In call").waitFor();
});

test("a snoozed promise leaves the desk and is back when it wakes", { tags: ["long"] }, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: "Uma User", exact: true }).click();
  const minutes = page.getByLabel("Minutes to snooze Uma User");
  expect(await minutes.evaluate((field) => field.clientWidth)).toBeLessThan(80);
  await minutes.fill("20");
  await page.getByRole("button", { name: "Snooze Uma User", exact: true }).click();
  await page.getByText("Snoozed for 20 min, until 09:20; 4 left.").waitFor();
  await page.getByText("Nothing is due within ten minutes").waitFor();
  await advance({ minutes: 20 });
  await everybodyIsAlive();
  await tick();
  await page.getByText("Snoozed once, 4 left").waitFor();
});

test("how many promises a person has is in sight however long the name is, in either direction of writing", async () => {
  const ann = await anAgent();
  for (const firstName of ["Maximiliane".repeat(9), "שרה כהן ".repeat(12)]) {
    const userId = await aUser({ firstName });
    for (const inMinutes of [2, 4]) await aCallback({ preferredAgentId: ann, userId, inMinutes });
  }
  await tick();
  const { page } = await atDesk(ann);
  await page.locator(".promise").nth(1).waitFor();
  await picture(page, "desk-long-names");
  const hidden = await page.locator(".promise .plain-button .tag").evaluateAll((tags) =>
    tags.map((tag) => {
      const [{ left, right }, line] = [tag.getBoundingClientRect(), tag.closest(".line")!.getBoundingClientRect()];
      return left < line.left || right > line.right;
    }),
  );
  expect(hidden).toEqual([false, false]);
  // Only the first row has its actions below; every other is 52 px high.
  const [, height] = await page
    .locator(".promise")
    .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  expect(height).toBeLessThanOrEqual(52);
});

test("a late callback says so in words, and an agent who goes leaves it to another", { tags: ["long"] }, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben", status: "break" })];
  await aCallback({ preferredAgentId: ann, inMinutes: -7 });
  await tick();
  const [hers, his] = [await atDesk(ann), await atDesk(ben)];
  await hers.page.getByRole("heading", { name: "Late 1" }).waitFor();
  await expect.poll(() => hers.page.title()).toMatch(/^\(1\) /);
  await hers.page.getByText("+ 7:0").waitFor();
  await his.page.getByRole("button", { name: "Available" }).click();
  await hers.page.getByRole("button", { name: "Off shift" }).click();
  await hers.page.getByText("You are off shift").waitFor();
  await tick();
  await his.page.getByRole("button", { name: /^Accept/ }).waitFor();
});

test("a released promise is somebody else's", { tags: ["long"] }, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  await aCallback({ acceptedBy: ann });
  const [hers, his] = [await atDesk(ann), await atDesk(ben)];
  const isReleased = hers.page.waitForResponse("**/callbacks/release");
  await hers.page.getByLabel("My callbacks").getByRole("button", { name: "Release" }).click();
  await isReleased;
  await tick();
  await his.page.getByRole("button", { name: /^Accept/ }).waitFor();
});

/** The distance of the open dialog from the middle of the page, in pixels. */
const offCentre = (page: Window["page"]) =>
  page.getByRole("dialog").evaluate((dialog) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return Math.hypot((left + right - innerWidth) / 2, (top + bottom - innerHeight) / 2);
  });

test("with the keyboard alone: accept, call, outcome; and ? says which keys there are", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: /^Accept/, disabled: false }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("call the next person").waitFor();
  expect(await offCentre(page)).toBeLessThan(10);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("a");
  await page.getByText("accepted, at the front").waitFor();
  await page.keyboard.press("n");
  await page.getByLabel("In call").waitFor();
  // The focus is in the notes first, where letters are text. Escape leads to the outcomes, an outcome to the next field it needs.
  await expect.poll(() => focused(page)).toBe("Notes");
  await page.keyboard.type("a1n");
  await page.keyboard.press("Escape");
  await page.keyboard.press("5");
  await expect.poll(() => focused(page)).toBe("Call back at");
  await page.getByRole("button", { name: "Save: Call back" }).focus();
  await page.keyboard.press("1");
  await expect.poll(() => focused(page)).toBe("Save: Answered");
  let saved = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/outcome")) saved += 1;
  });
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Control+Enter");
  await page.getByText("No calls waiting").waitFor();
  expect(saved).toBe(1);
  await expect.poll(() => focused(page)).toBe("Next call");
  expect((await db.callSession.findFirstOrThrow()).notes).toBe("a1n");
  await page.getByText("No calls waiting").waitFor();
});

test("Tab goes through the callbacks of the desk and on to the next call, and Shift Tab goes back", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  for (const inMinutes of [2, 5]) await aCallback({ preferredAgentId: ann, inMinutes });
  const { page } = await atDesk(ann);
  const main = page.locator("[data-main]");
  await main.waitFor();
  const isAt = (place: Locator) => place.evaluate((part) => part.contains(document.activeElement));
  const stopsUntil = async (key: string, place: Locator) => {
    for (let stop = 1; stop <= 30; stop += 1) {
      await page.keyboard.press(key);
      if (await isAt(place)) return stop;
    }
    return "never";
  };
  await page.getByRole("button", { name: "Remind me" }).focus();
  expect(await stopsUntil("Tab", main)).toBeLessThan(20);
  expect(await stopsUntil("Shift+Tab", page.getByRole("region", { name: "My callbacks" }))).toBeLessThan(5);
  expect(await stopsUntil("Shift+Tab", page.getByRole("button", { name: "Remind me" }))).toBeLessThan(20);
});

test("an agent in New York promises a user in London across the change of clocks, and reads both clocks", {
  tags: ["long"],
}, async () => {
  // The clocks of New York changed on 8 March, those of London change on 29 March.
  await setClock("2026-03-27T15:00:00Z");
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann, userId: await aUser({ timeZone: "Europe/London" }) });
  const { page } = await atDesk(ann, { timeZone: "America/New_York" });
  await page.getByRole("button", { name: "Uma User", exact: true }).click();
  await page.getByText("promised 11:00 · 15:00 in London").waitFor();
  await page.getByRole("button", { name: CALL }).click();
  await page.getByRole("button", { name: "Call back…" }).click();
  await page.getByLabel("Call back at").fill("monday 3pm");
  await page.getByText("Mon 30 Mar, 15:00", { exact: true }).waitFor();
  await page.getByText("Mon 30 Mar, 10:00 yours").waitFor();
});

test("while the pointer is in the list nothing moves in it; new rows wait until they are asked for", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann, inMinutes: 5, userId: await aUser({ firstName: "Later" }) });
  await tick();
  const { page } = await atDesk(ann);
  const list = page.getByLabel("My callbacks");
  await list.getByText("Later User").hover();
  await aCallback({ preferredAgentId: ann, userId: await aUser({ firstName: "Sooner" }) });
  await tick();
  await list.getByRole("button", { name: "1 new" }).waitFor();
  expect(await list.getByText("Sooner User").count()).toBe(0);
  await list.getByRole("button", { name: "1 new" }).click();
  await list.getByText("Sooner User").waitFor();
});

test("a reminder comes five minutes before and at the time, once each", { tags: ["long"] }, async () => {
  const ann = await anAgent();
  const { page, context } = await atDesk(ann);
  await context.grantPermissions(["notifications"]);
  await page.evaluate(() => {
    const shown: string[] = [];
    const Fake = class {
      static permission = "granted";
      static requestPermission = async () => "granted";
      constructor(title: string) {
        shown.push(title);
      }
    };
    Object.assign(window, { Notification: Fake, shown });
  });
  await page.getByRole("button", { name: "Remind me" }).click();
  await page.getByRole("button", { name: "Reminders on" }).waitFor();
  await aCallback({ preferredAgentId: ann, inMinutes: 5.12, userId: await aUser({ firstName: "Ahead" }) });
  await aCallback({ preferredAgentId: ann, inMinutes: 0.12, userId: await aUser({ firstName: "Now" }) });
  const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await expect.poll(shown).toHaveLength(2);
  expect((await shown()).sort()).toEqual(["Due now: Now User", "In 5 minutes: Ahead User"]);
  await page.reload();
  await page.getByRole("button", { name: "Reminders on" }).waitFor();
});

test("when the server is away the desk says so and keeps what it knows; when it is back, so is the desk", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann, inMinutes: 8 });
  await tick();
  const { page } = await atDesk(ann);
  await page.getByText("Uma User").first().waitFor();
  await app.stop();
  await page.getByText("not live", { exact: true }).waitFor();
  expect(await page.getByText("Uma User").count()).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Break" }).click();
  await page.getByText("It is kept in this browser and goes out by itself.").first().waitFor();
  await app.start();
  await page.getByText("live", { exact: true }).waitFor();
  await page.getByLabel("Not sent yet").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Break", pressed: true }).waitFor();
  expect((await db.agentSession.findFirstOrThrow()).status).toBe("break");
});

test("a press whose answer is lost is sent again as the same action, and a double press is one", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await atDesk(ann);
  const keys: (string | undefined)[] = [];
  await page.route("**/callbacks/snooze", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    // The server applies it, and the browser never gets the answer.
    const answer = await route.fetch();
    await (keys.length === 1 ? route.abort() : route.fulfill({ response: answer }));
  });
  await page.locator(".promise").hover();
  await page.getByRole("button", { name: "Snooze 5 min: Uma User" }).dblclick();
  await page.getByText("Snoozed for 5 min, until 09:05; 4 left.").waitFor();
  await page.getByText("Snoozed once, 4 left").waitFor();
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]]);
  expect((await db.callback.findFirstOrThrow()).snoozes).toBe(1);
});

test("a browser that is offline says so at the desk, and a press says what becomes of it", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  const { page, context } = await atDesk(ann);
  const polls: Route[] = [];
  await page.route("**/pending-callbacks", async (route) => {
    if (polls.push(route) > 1) await route.abort("internetdisconnected");
  });
  await expect.poll(() => polls.length).toBe(1);
  const answer = await polls[0]!.fetch();
  await context.setOffline(true);
  await page.getByText("not live", { exact: true }).waitFor();
  await page.getByText("Not live: Ringback cannot be reached.").waitFor();
  // The answer to a request from before arrives late; it is no sign of a connection.
  await page.evaluate(() => {
    const look = () => document.querySelector(".not-live") ?? document.body.classList.add("said-live");
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  await polls[0]!.fulfill({ response: answer });
  await expect.poll(() => polls.length).toBeGreaterThan(1);
  await picture(page, "desk-offline-light", { fullPage: false });
  // It leaves the brand and the person in sight, and covers nothing of the work.
  const banner = page.locator(".not-live");
  for (const width of [1360, 1024, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const part of [page.locator(".brand"), page.locator(".person"), page.locator("main")])
      expect(await overlap(banner, part), `${width}`).toBe(false);
    await picture(page, `desk-offline-${width}`, { fullPage: false });
  }
  expect(await page.locator("body.said-live").count()).toBe(0);
  await page.unroute("**/pending-callbacks");
  await page.getByRole("button", { name: "Break" }).click();
  await page.getByLabel("Not sent yet").getByText("Your status: break").waitFor();
  await context.setOffline(false);
  await page.getByText("live", { exact: true }).waitFor();
  await page.getByText("Not live: Ringback cannot be reached.").waitFor({ state: "detached" });
});

test("a number is marked do-not-call only after a confirmation that names the consequences", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  await aCallback({ acceptedBy: ann, userId });
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: CALL }).click();
  await page.getByLabel("In call").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("0");
  await expect.poll(() => focused(page)).toBe("Save: Do not call");
  await page.keyboard.press("Control+Enter");
  await page.getByText(/every other open promise to it is cancelled/).waitFor();
  await page.getByRole("button", { name: "Leave it as it is" }).click();
  expect(await db.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({ doNotCall: false });
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Never call again" }).click();
  await page.getByText("No calls waiting").waitFor();
  expect(await db.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({ doNotCall: true });
});

test("an open page ends when somebody else signs in in the same browser, on the desk and on screens that poll nothing", {
  tags: ["long"],
}, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page, context } = await atDesk(ann);
  await page.getByText("Uma User").first().waitFor();
  const account = await context.newPage();
  await account.goto("/account");
  await account.getByRole("button", { name: "Sign out everywhere" }).waitFor();
  const [name = "", value = ""] = (await aSession(await asPerson(ben))).split("=");
  await context.addCookies([{ name, value, url: app.url, httpOnly: true, sameSite: "Lax" }]);
  await page.getByRole("heading", { name: "Somebody else signed in in this browser" }).waitFor();
  expect(await page.getByText(/Uma User|Ann Able/).count()).toBe(0);
  await picture(page, "somebody-else");
  // Nothing can be done under the name of Ben from the page of Ann.
  // The page may have noticed it before.
  const press = account.getByRole("button", { name: "Sign out everywhere" }).click();
  const ended = account.getByRole("heading", { name: "Somebody else signed in in this browser" });
  await Promise.any([press, ended.waitFor()]);
  await ended.waitFor();
  await page.getByRole("button", { name: "Reload the page" }).click();
  await page.getByText("live", { exact: true }).waitFor();
});

test("accept, snooze and release are taken back from their notice, by the mouse and by the key", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await atDesk(ann);
  await page.clock.install();
  await page.reload();
  const accept = page.getByRole("button", { name: /^Accept/, disabled: false });
  await accept.waitFor();
  // The buttons show their keys.
  const drawn = (button: Locator) => button.locator(".key").getAttribute("data-key");
  expect([await drawn(accept), await drawn(page.getByRole("button", { name: /^Snooze 5 min/ }))]).toEqual(["A", "S"]);
  await page.keyboard.press("s");
  await page.getByText("Snoozed once, 4 left").waitFor();
  await picture(page, "desk-undo-light", { fullPage: false });
  // A notice does not go away under the pointer of somebody who is about to take it back.
  await page.locator(".notice", { hasText: "Snoozed for 5 min" }).hover();
  await page.clock.fastForward(20_000);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back: it is as it was before.").waitFor();
  await page.getByText("Snoozed once").waitFor({ state: "hidden" });
  await page.keyboard.press("a");
  await page.getByText("accepted, at the front").waitFor();
  await page.getByText("Uma User: accepted, it is your next call.").waitFor();
  await page.keyboard.press("u");
  await page.getByText("accepted, at the front").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Accept/, disabled: false }).click();
  await page.getByLabel("My callbacks").getByRole("button", { name: "Release" }).click();
  await page.getByText("accepted, at the front").waitFor({ state: "hidden" });
  await page.getByText("Uma User: given back").locator("..").getByRole("button", { name: "Undo" }).click();
  await page.getByText("accepted, at the front").waitFor();
  // An outcome as well: the call is open again, with the contents of its form.
  await page.getByRole("button", { name: CALL }).click();
  await page.getByLabel("In call").getByLabel("Notes").fill("sent the price");
  await page.getByRole("button", { name: /^Voicemail/ }).click();
  await page.keyboard.press("Control+Enter");
  await page.getByText("Uma User: Recorded.").waitFor();
  await picture(page, "desk-undo-outcome-light", { fullPage: false });
  await page.getByText("Uma User: Recorded.").locator("..").getByRole("button", { name: "Undo" }).press("Enter");
  await page.getByText("The outcome is taken back: the call waits for another.").waitFor();
  expect(await page.getByLabel("Notes").inputValue()).toBe("sent the price");
  await page.getByRole("button", { name: "Save: Voicemail" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("notes");
});

test("single keys are switched off in a browser, and stay off after a reload", { tags: ["long"] }, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: "Keys" }).click();
  await page.getByLabel("Single keys work in this browser").uncheck();
  await picture(page, "desk-keys-light", { fullPage: false });
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: /^Accept/, disabled: false }).waitFor();
  await page.keyboard.press("a");
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Keys" }).click();
  expect(await page.getByLabel("Single keys work in this browser").isChecked()).toBe(false);
  await page.getByLabel("Single keys work in this browser").check();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect((await db.callback.findFirstOrThrow()).status).toBe("pending");
  await page.keyboard.press("a");
  await page.getByText("accepted, at the front").waitFor();
});

test("an agent whose machine slept sees until when the call stays open; the contents of the form outlive the call and are saved to it", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent({ name: "Ann" });
  await aCallback({ acceptedBy: ann });
  const { page } = await atDesk(ann);
  await page.getByRole("button", { name: CALL }).click();
  await page.getByLabel("In call").waitFor();
  await page.getByRole("button", { name: "Call back…" }).click();
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText("Tue 3 Mar").first().waitFor();
  await page.getByLabel("Notes").fill("Will have the letter.");
  // Asleep: nothing reaches the server, and the browser is closed in the end.
  await page.goto("about:blank");
  await advance({ minutes: 20 });
  await page.goto("/desk");
  await page.getByText(/^Your call with Uma User is still open.*by 09:30/).waitFor();
  expect(await page.title()).toContain("Call open: save by 09:30");
  expect(await page.getByRole("button", { name: "Call back…" }).getAttribute("aria-pressed")).toBe("true");
  expect(await page.getByLabel("Call back at").inputValue()).toBe("tomorrow 3pm");
  await picture(page, "desk-lease-light", { fullPage: false });
  await page.goto("about:blank");
  await advance({ minutes: 31 });
  await tick();
  await page.goto("/desk");
  const left = page.getByLabel("Not saved: your call with Uma User");
  await left.getByText("“Will have the letter.”").waitFor();
  await picture(page, "desk-left-draft-light", { fullPage: false });
  await left.getByRole("button", { name: "Save to that call" }).click();
  await left.waitFor({ state: "hidden" });
  const [call] = await db.callSession.findMany();
  expect(call).toMatchObject({ lastOutcomeType: "call_back", notes: "Will have the letter." });
  expect((await db.callback.findMany({ orderBy: { id: "asc" } })).at(-1)?.scheduledFor).toEqual(
    new Date("2026-03-03T15:00Z"),
  );
  // Nothing is left of it after a reload.
  await page.reload();
  await page.getByText("live", { exact: true }).waitFor();
  expect(await left.count()).toBe(0);
});

test("notes that promise a call are proposed at that time, and one press makes one callback of them", async () => {
  const ann = await anAgent();
  const userId = await aUser({ timeZone: "America/New_York" });
  const call = { userId: String(userId), agentId: ann, direction: "inbound", status: "in_progress" };
  const { id } = (await ask(app, "POST /calls", call)).body;
  const { page, complaints } = await atDesk(ann);
  await page.getByLabel("Notes").fill("Prefers e-mail, ring me tomorrow at ten. Needs a call back");
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  const proposals = page.getByRole("region", { name: "Promised in your notes" });
  const schedule = proposals.getByRole("button", { name: "Schedule Tue 3 Mar, 10:00 in New York" });
  await schedule.waitFor();
  // Without a day it asks for the time.
  await proposals.getByLabel("Call back at").waitFor();
  await picture(page, "desk-from-notes-light", { fullPage: false });
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "desk-from-notes-dark", { fullPage: false });
  await schedule.press("Enter");
  await page.getByText("Uma User: promised for Tue 3 Mar, 15:00 · 10:00 in New York.").waitFor();
  // The new callback also keeps the other promise.
  await proposals.waitFor({ state: "hidden" });
  expect(await db.callback.findMany()).toMatchObject([
    { scheduledFor: new Date("2026-03-03T15:00Z"), preferredAgentId: ann, originalCallSessionId: BigInt(String(id)) },
  ]);
  // The decision counts for the rule that read the note, and the agent sees the rule's record.
  await page.locator("summary", { hasText: "What this browser has learnt to propose" }).press("Enter");
  await page.getByText(/1 of its last 1 proposal taken$/).waitFor();
  // The next customer is briefed from the notes, also after a reload.
  await aCallback({ preferredAgentId: ann, userId });
  await tick();
  await page.reload();
  const known = page.getByRole("region", { name: "From earlier notes" });
  await known.getByText("Preference: “Prefers e-mail, ring me tomorrow at ten”").waitFor();
  await picture(page, "desk-known-dark", { fullPage: false });
  await page.emulateMedia({ colorScheme: "light" });
  await picture(page, "desk-known-light", { fullPage: false });
  expect(complaints).toEqual([]);
});

/** The links that a page has dialled so far. */
async function dialledBy(page: Window["page"]): Promise<string[]> {
  const dialled: string[] = [];
  await page.exposeFunction("noteDial", (url: string) => dialled.push(url));
  await page.addInitScript(() => {
    const { navigation, noteDial } = window as unknown as {
      navigation: EventTarget;
      noteDial: (url: string) => void;
    };
    navigation.addEventListener("navigate", (event) => {
      const { url } = (event as Event & { destination: { url: string } }).destination;
      if (url.startsWith("tel:")) noteDial(url);
    });
  });
  await page.reload();
  await page.getByText("live", { exact: true }).waitFor();
  return dialled;
}

test("the number that somebody asks to be called on next is dialled then, and no other", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  const uma = { id: 5001n, firstName: "Uma", lastName: "User", phone: "+44 20 7946 0001", timeZone: "Europe/London" };
  await importUsers(await aCtx(), { users: [uma] });
  await aCallback({ acceptedBy: ann, userId: uma.id });
  const { page, complaints } = await atDesk(ann);
  const dialled = await dialledBy(page);
  await page.getByRole("button", { name: /^Call \+44 20 7946 0001/ }).press("Enter");
  await page.getByLabel("In call").waitFor();
  await expect.poll(() => dialled).toEqual(["tel:+442079460001"]);
  await page.getByRole("button", { name: "Call back…" }).press("Enter");
  await page.getByLabel("Call back at").fill("in 10 minutes");
  await page.getByText("09:10").first().waitFor();
  await page.getByLabel("On another number").fill("07700 900123");
  await page.getByRole("button", { name: /^Save: Call back/ }).press("Enter");
  await page.getByText(/^Uma User: Recorded/).waitFor();
  await advance({ minutes: 10 });
  await everybodyIsAlive();
  await tick();
  await page.getByRole("button", { name: /^Call \+44 7700 900123/ }).press("Enter");
  await page.getByLabel("In call").getByRole("link", { name: "+44 7700 900123" }).waitFor();
  await expect.poll(() => dialled).toEqual(["tel:+442079460001", "tel:+447700900123"]);
  expect(complaints).toEqual([]);
});

test("a press that brought no call dials nobody later: the number of a caller who rings in afterwards is not dialled", async () => {
  const ann = await anAgent();
  const uma = { id: 5001n, firstName: "Uma", lastName: "User", phone: "+44 20 7946 0001", timeZone: "Europe/London" };
  const ivo = { id: 5002n, firstName: "Ivo", lastName: "Inward", phone: "+44 20 7946 0002", timeZone: "Europe/London" };
  await importUsers(await aCtx(), { users: [uma, ivo] });
  await aRegularEntry(uma.id);
  const { page } = await atDesk(ann);
  const dialled = await dialledBy(page);
  await page.getByRole("button", { name: CALL }).waitFor();
  // A colleague is faster, and Ann's page does not know it yet.
  await page.route("**/desk?*", (route) => route.abort());
  await ask(app, "POST /queue/next", { agentId: await anAgent() });
  await page.getByRole("button", { name: CALL }).press("Enter");
  await page.getByText("Uma User was just taken by a colleague.").waitFor();
  await page.unroute("**/desk?*");
  const rings = { userId: 5002, agentId: ann, direction: "inbound", status: "in_progress", twilioCallSid: "CA1" };
  expect((await ask(app, "POST /calls", rings)).status).toBe(201);
  await page.getByLabel("In call").getByText("Ivo Inward").first().waitFor();
  await expect.poll(() => focused(page)).toContain("Notes");
  // The link is the only thing that dials: what the page had dialled by itself would stand before it.
  await page.getByRole("link", { name: "+44 20 7946 0002" }).press("Enter");
  await expect.poll(() => dialled).toEqual(["tel:+442079460002"]);
});

test("a break moves the promise that waits; a call whose window was closed for fifteen minutes is saved with the words typed; and no import, second record or night brings back who asked not to be called", {
  tags: ["long"],
}, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  const uma = { id: 5001n, firstName: "Uma", lastName: "User", phone: "+44 20 7946 0001", timeZone: "Europe/London" };
  await importUsers(await aCtx(), { users: [uma] });
  await aCallback({ preferredAgentId: ann, userId: uma.id });
  await tick();
  const [hers, his] = [await atDesk(ann), await atDesk(ben)];
  await hers.page.getByRole("button", { name: CALL }).waitFor();
  await hers.page.getByRole("button", { name: "Break", exact: true }).press("Enter");
  await hers.page.getByRole("button", { name: "Back from the break" }).waitFor();
  await advance({ minutes: 2 });
  await everybodyIsAlive();
  await tick();
  await hers.page.getByRole("button", { name: CALL }).waitFor({ state: "detached" });

  await his.page.getByRole("button", { name: CALL }).press("Enter");
  await his.page.getByLabel("In call").waitFor();
  await his.page.getByLabel("Notes").fill("Never again, she said.");
  await his.page.close();
  await advance({ minutes: 15 });
  await tick();
  const page = await his.context.newPage();
  await page.goto("/desk");
  await page.getByText(/^Your call with Uma User is still open/).waitFor();
  expect(await page.getByLabel("Notes").inputValue()).toBe("Never again, she said.");
  await page.getByRole("button", { name: "More", exact: true }).press("Enter");
  await page.getByRole("button", { name: /^Do not call/ }).press("Enter");
  await page.getByRole("button", { name: "Save: Do not call" }).press("Enter");
  await page.getByRole("button", { name: "Never call again" }).press("Enter");
  await page.getByText("No calls waiting").waitFor();
  const calls = () => db.callSession.findMany();
  const saved = { agentId: ben, lastOutcomeType: "do_not_call", notes: "Never again, she said." };
  expect(await calls()).toMatchObject([saved]);

  // The regular queue calls people with an open claim.
  const claims = (id: string) => [{ id, status: "open", signatureMissingSince: "2026-02-27T09:00:00Z" }];
  const again = { ...uma, id: "5001", doNotCall: false, claims: claims("1") };
  const second = { ...again, id: "5002", firstName: "Zoe", phone: "020 7946 0001", claims: claims("2") };
  expect((await ask(app, "POST /users", { users: [again, second] })).body).toMatchObject({ doNotCallKept: 2 });
  await advance({ hours: 24 });
  await everybodyIsAlive();
  for (const cron of ["queue-refresh", "callback-notifications"]) {
    expect((await ask(app, `GET /cron/${cron}`, undefined, asCron)).status).toBe(200);
  }
  for (const { id } of [again, second]) {
    const wanted = { userId: id, scheduledFor: "2026-03-03T10:00:00Z" };
    expect((await ask(app, "POST /callbacks", wanted)).body).toMatchObject({ code: "do_not_call" });
  }
  for (const agentId of [ann, ben]) {
    expect((await ask(app, "POST /queue/next", { agentId })).body).toEqual({ next: null });
  }
  expect(await calls()).toHaveLength(1);
});

test("an accepted promise whose number a colleague speaks with says so uncut, in a row as high as the others, and whole when it is open", async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Jonas", lastName: "Weber" })];
  await aCallback({
    userId: await aUser({ firstName: "Zoe", phone: "+44 20 7946 0001" }),
    acceptedBy: ann,
    inMinutes: -2,
  });
  const shared = "+44 20 7946 0003";
  await aCallback({ userId: await aUser({ firstName: "Xena", phone: shared }), acceptedBy: ann });
  await aCallback({ userId: await aUser({ firstName: "Yves", phone: shared }), acceptedBy: ben });
  await execute(db, sql`INSERT INTO phone_numbers (number, created_at) VALUES ('+442079460003', ringback_now())`);
  await execute(db, sql`UPDATE users SET number = '+442079460003' WHERE phone = ${shared}`);
  await tick();
  expect((await ask(app, "POST /queue/next", { agentId: ben })).body).toMatchObject({ next: { callSessionId: "1" } });
  for (let rows = 0; rows < 42; rows += 1) await aCallback({ preferredAgentId: ann, inMinutes: 5 });
  const { page } = await atDesk(ann, { width: 1280 });
  const row = page.locator(".promise").filter({ hasText: "Xena User" });
  const words = row.getByText(/with Jonas Weber$/);
  await words.waitFor();
  expect(await words.evaluate((part) => part.scrollWidth - part.clientWidth)).toBe(0);
  expect((await words.innerText()).startsWith("accepted")).toBe(true);
  expect((await row.boundingBox())!.height).toBe(52);
  // So are those that are out of sight and not laid out.
  const heights = await page
    .locator(".promise:not([data-first])")
    .evaluateAll((rows) => rows.map((one) => one.getBoundingClientRect().height));
  expect(heights.length).toBeGreaterThan(40);
  expect(new Set(heights)).toEqual(new Set([52]));
  await picture(page, "desk-colleague-speaks-light");
  await row.getByRole("button", { name: "Xena User", exact: true }).press("Enter");
  await row
    .getByRole("listitem")
    .getByText(/with Jonas Weber$/)
    .waitFor();
});
