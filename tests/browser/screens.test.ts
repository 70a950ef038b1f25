/** Every screen in a real browser, in light and dark: nothing breaks its policy, nobody sees a screen of another role. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { aCallback, anAgent, aUser } from "../factories/desk.ts";
import { aRun } from "../factories/runs.ts";
import { anAccount } from "../factories/staff.ts";
import { tasksInEveryState } from "../factories/tasks.ts";
import { ask, asCron, type Instance, serveInstances } from "../served/instances.ts";
import { setClock } from "../setup/database.ts";
import { screensOf } from "../../app/screens.ts";
import { asPerson, aWindow, isLoaded, picture } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const OPEN = ["/", "/docs", "/sign-in", "/welcome", "/nothing-here"];
const name = (path: string) => path.slice(1) || "start";

test("a letter has a width, also where no Chromium was ever unpacked before", async () => {
  const { page } = await aWindow(app.url);
  await page.goto("/sign-in");
  const letter = await page.evaluate(() => {
    const span = document.createElement("span");
    span.textContent = "m";
    document.body.append(span);
    return span.getBoundingClientRect().width;
  });
  expect(letter).toBeGreaterThan(0);
});

test("C5: no screen breaks the content security policy or its own scripts, in light and in dark", {
  tags: ["long"],
}, async () => {
  const inBoth = async (page: Page, path: string) => {
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await picture(page, `${name(path)}-${scheme}`);
    }
  };
  const stranger = await aWindow(app.url);
  for (const path of OPEN) {
    await stranger.page.goto(path, { waitUntil: "networkidle" });
    await inBoth(stranger.page, path);
  }
  await tasksInEveryState();
  const agentId = await anAgent();
  for (const [role, account] of [
    ["agent", anAccount({ agentId })],
    ["supervisor", anAccount()],
  ] as const) {
    const { page, complaints } = await aWindow(app.url, { accountId: (await account).id });
    for (const { path } of screensOf(role)) {
      await page.goto(path, { waitUntil: "load" });
      await isLoaded(page);
      await inBoth(page, path);
    }
    expect(complaints, role).toEqual([]);
  }
  const isMissing = (line: string) => line.includes("404");
  expect(stranger.complaints.filter((line) => !isMissing(line))).toEqual([]);
});

test("a link to an operation opens it, with its fields explained and an example at the reader's own address; the filter finds fields", async () => {
  const { page } = await aWindow(app.url);
  await page.goto("/docs#postCallbacks");
  const operation = page.locator("#postCallbacks");
  await operation.getByText("When to call: ISO 8601").first().waitFor();
  expect(await operation.locator("pre").first().innerText()).toContain(`${app.url}/api/callbacks`);
  expect(await page.locator("#ten-minutes pre").innerText()).toContain(`api=${app.url}/api`);
  await page.getByRole("searchbox", { name: "Filter operations" }).fill("snoozedUntil");
  await expect.poll(() => page.locator("details.panel").count()).toBe(1);
  await page.locator("#postCallbacksSnoozeUndo").waitFor();
  await picture(page, "docs-filtered");
});

test("the start page says in a word whether Ringback runs, and in a sentence what is wrong", async () => {
  const { page } = await aWindow(app.url);
  await page.goto("/");
  await page.getByText("running, with a fault No tick has run yet.").waitFor();
  await ask(app, "GET /cron/callback-notifications", undefined, asCron);
  await page.reload();
  await page.getByText("running", { exact: true }).waitFor();
  expect(await page.getByText("JSON").count()).toBe(0);
});

test("on a wide display every screen begins where its header begins, its brand and its title are where those of the others are, and the limits are as wide as the header", async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id, width: 1920 });
  const [brands, titles] = [new Set<number>(), new Set<number>()];
  for (const { path, group } of screensOf("supervisor")) {
    await page.goto(path);
    const brand = await page.locator(".brand").boundingBox();
    brands.add(brand!.y);
    const left = await page
      .locator("main")
      .evaluate((main) => main.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(main).paddingLeft));
    expect(left, path).toBe(brand!.x);
    const title = page.locator("main h1:not(.sr-only)");
    // Below the second row of a group the title stands lower.
    const tops = await title.evaluateAll((found) => found.map((one) => one.getBoundingClientRect().top));
    if (!group || group === "own") for (const top of tops) titles.add(top);
  }
  expect([...brands]).toHaveLength(1);
  expect([...titles]).toHaveLength(1);
  await page.goto("/settings");
  const limits = await page.locator(".settings").first().boundingBox();
  const end = await page.locator("header .end").boundingBox();
  expect(limits!.x + limits!.width).toBe(end!.x + end!.width);
});

test("the main button of a screen stands at the right end of its title; a form begins its buttons, the one that sends it first, at its left edge", async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id, width: 1360 });
  for (const path of ["/agents", "/staff", "/messages", "/runs"]) {
    await page.goto(path);
    const main = await page.locator("main .title-row .button.main").boundingBox();
    const title = await page.getByRole("heading", { level: 1 }).boundingBox();
    const panel = await page.locator("main .panel").first().boundingBox();
    expect(Math.abs(main!.y + main!.height / 2 - title!.y - title!.height / 2), path).toBeLessThan(8);
    expect(Math.abs(main!.x + main!.width - panel!.x - panel!.width), path).toBeLessThan(1);
  }
  for (const path of ["/account", "/audit", "/keys", "/settings"]) {
    await page.goto(path);
    await page.locator("main form .form-buttons button").first().waitFor();
    expect(await page.locator("main form").evaluateAll(misplaced), path).toEqual([]);
  }
});

/** The forms whose first button does not send them, or stands neither behind the last field nor at the left edge. */
function misplaced(forms: Element[]): string[] {
  const isMisplaced = (form: Element) => {
    const [first] = form.querySelectorAll<HTMLButtonElement>(".form-buttons button");
    const fields = [...form.querySelectorAll(".control")].map((field) => field.getBoundingClientRect());
    if (!first || first.type !== "submit") return true;
    const { left, top } = first.getBoundingClientRect();
    const isBelow = fields.every((field) => field.bottom <= top);
    return isBelow && Math.abs(left - Math.min(...fields.map((field) => field.left))) > 1;
  };
  return forms.filter(isMisplaced).map((form) => (form as HTMLElement).innerText);
}

test("the state, the queues, the number and the buttons of an agent stand at the line of the name", async () => {
  const agentId = await anAgent({ name: "Ann" });
  for (const inMinutes of [-1, 90]) await aCallback({ preferredAgentId: agentId, inMinutes });
  await ask(app, "GET /cron/callback-notifications", undefined, asCron);
  await ask(app, `PATCH /agents/${agentId}`, { team: "Signatures" });
  const { page } = await aWindow(app.url, { width: 1360, accountId: (await anAccount()).id });
  await page.goto("/agents");
  await page.getByText("1 in the queue now").waitFor();
  await page.getByText("Signatures").waitFor();
  const middles = await page
    .getByRole("row")
    .filter({ hasText: "Ann Able" })
    .evaluate((row) =>
      [...row.querySelectorAll("td")].map((cell) => {
        const part = cell.querySelector(".tag, .button, a");
        const words = document.createRange();
        words.selectNodeContents(cell);
        const { y, height } = part?.getBoundingClientRect() ?? words.getClientRects()[0]!;
        return y + height / 2;
      }),
    );
  expect(middles).toHaveLength(5);
  expect(Math.max(...middles) - Math.min(...middles)).toBeLessThanOrEqual(4);
  // A button stays below the line above its row.
  const above = await page
    .locator("tr.at-top td:last-child")
    .first()
    .evaluate((cell) => {
      const button = cell.querySelector(".button")!.getBoundingClientRect();
      return button.top - cell.getBoundingClientRect().top;
    });
  expect(above).toBeGreaterThan(0);
});

test("the numbers of a column end where their heading ends", async () => {
  await aRun({ models: ["mock/brief"], scenarios: 11 });
  for (let agents = 0; agents < 2; agents += 1) await anAgent();
  await aCallback({ preferredAgentId: await anAgent() });
  const { page } = await aWindow(app.url, { width: 1360, accountId: (await anAccount()).id });
  for (const [path, headings] of [
    ["/agents", ["Callbacks"]],
    ["/queue", ["waiting", "running", "completed"]],
    ["/runs?id=1", ["Turns", "Tokens", "Time"]],
  ] as const) {
    await page.goto(path);
    for (const heading of headings) {
      await page.getByRole("columnheader", { name: heading, exact: true }).first().waitFor();
      expect(await endsOf(page, heading), `${heading} on ${path}`).toHaveLength(1);
    }
  }
});

/** The distinct places at which the words of a column end. */
async function endsOf(page: Page, heading: string): Promise<number[]> {
  const head = page.getByRole("columnheader", { name: heading, exact: true }).first();
  return head.evaluate((cell: HTMLTableCellElement) => {
    const ends = [...cell.closest("table")!.rows].map((row) => {
      const words = document.createRange();
      words.selectNodeContents(row.cells[cell.cellIndex]!);
      const places = [...words.getClientRects()].filter(({ width }) => width > 1).map(({ right }) => Math.round(right));
      return Math.max(...places);
    });
    return [...new Set(ends)];
  });
}

test("the summary of a demo day stands on the screen that was open at its end, and on no other; it covers no column, a notice does not cover it, and on a telephone it moves nothing", async () => {
  const { page, context } = await aWindow(app.url, { accountId: (await anAccount()).id });
  const last = { startedAt: "2026-03-02T08:00:00Z", endedAt: "2026-03-02T08:08:00Z", promised: 31, onTime: 28 };
  await context.route("**/api/demo/day", (route) =>
    route.fulfill({ json: { isAvailable: true, endsAt: null, last: { ...last, late: 1, toCome: 2, agentsLeft: 0 } } }),
  );
  const summary = page.getByRole("region", { name: "The demo day" });
  await page.goto("/wallboard");
  await summary.getByText("31 promised, 28 called on time, 1 late, 2 still to come. Nothing was lost.").waitFor();
  await aUser();
  await page.keyboard.press("c");
  await page.getByLabel("Customer").fill("Uma");
  await page.getByRole("button", { name: /^Uma / }).press("Enter");
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText(/15:00/).first().waitFor();
  await page.getByRole("button", { name: "Promise it" }).press("Enter");
  const notice = await page.locator(".notice", { hasText: ": promised for " }).boundingBox();
  const { x, y, width, height } = (await summary.boundingBox())!;
  expect([x, width, y + height]).toEqual([0, 1280, 800]);
  expect(height).toBeLessThan(60);
  // The foot of the page can be scrolled above it.
  const foot = await page.locator("main").evaluate((main) => {
    scrollTo(0, document.documentElement.scrollHeight);
    const { bottom } = main.getBoundingClientRect();
    scrollTo(0, 0);
    return bottom - Number.parseFloat(getComputedStyle(main).paddingBottom);
  });
  expect(foot).toBeLessThanOrEqual(y);
  expect(notice!.y + notice!.height).toBeLessThanOrEqual(y);
  await page.setViewportSize({ width: 360, height: 740 });
  const header = await page.locator("header.top").boundingBox();
  expect((await page.locator("main").boundingBox())!.y).toBe(header!.y + header!.height);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("link", { name: "Callbacks", exact: true }).click();
  await page.getByRole("heading", { name: "Callbacks", level: 1 }).waitFor();
  await summary.waitFor({ state: "detached" });
  await page.goBack();
  await summary.getByRole("button", { name: "Close the summary of the day" }).click();
  await page.reload();
  await page.getByRole("heading", { name: "Needs you" }).waitFor();
  expect(await summary.count()).toBe(0);
});

test.each([
  ["slow", -2, "2026-03-03T00:30:00Z", "00:30", "09:3"],
  ["fast", 2, "2026-03-03T23:30:00Z", "23:30", "08:3"],
])(
  "a browser whose clock is two hours %s shows times, ages and lateness by the server's clock",
  async (_, hours, start, here, there) => {
    const now = await setClock(start);
    const agentId = await anAgent();
    await aCallback({ userId: await aUser({ timeZone: "Asia/Tokyo" }), preferredAgentId: agentId, inMinutes: -10 });
    await aRun();
    await ask(app, "GET /cron/callback-notifications", undefined, asCron);
    const agent = await asPerson(agentId);
    const supervisor = (await anAccount()).id;
    // A window for each screen, because a browser stores by how much its clock is off.
    const open = async (path: string, accountId: string) => {
      const { page, context } = await aWindow(app.url, { accountId });
      await context.addInitScript(setMachineClock, now.getTime() + hours * 3_600_000);
      await page.goto(path);
      return page;
    };
    const runs = await open("/runs", supervisor);
    await runs.getByRole("row").getByText(here, { exact: true }).waitFor();
    const list = await open("/callbacks", supervisor);
    await list.getByText(/^late 1\d min$/).waitFor();
    const desk = await open("/desk", agent);
    await desk.getByText(/^\+ 1\d:\d\d$/).waitFor();
    await desk.getByText(new RegExp(`^${there}\\d in Tokyo$`)).waitFor();
    await desk.getByRole("button", { name: /^Start call/ }).click();
    await desk.getByLabel("Notes").fill("Wants a price.");
    await desk.reload();
    await desk.getByText(new RegExp(`^Draft kept from ${here.slice(0, 4)}\\d`)).waitFor();
  },
);

/** Puts the clock of the machine to this time; it goes on from there. */
function setMachineClock(to: number): void {
  const origin = to - performance.now();
  const machineNow = () => origin + performance.now();
  Object.defineProperty(Performance.prototype, "timeOrigin", { get: () => origin });
  globalThis.Date = new Proxy(Date, {
    construct: (date, given) => Reflect.construct(date, given.length === 0 ? [machineNow()] : given),
    get: (date, name) => (name === "now" ? machineNow : Reflect.get(date, name)),
  });
}
