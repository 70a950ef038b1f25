/**
 * Every screen for everybody: with a screen reader, on a telephone, in light and dark.
 * @module-tag long
 */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { HANDLERS, pauseRun } from "#modules/runs";
import { aCallback, anAgent } from "../factories/desk.ts";
import { messagesToLookAt } from "../factories/messages.ts";
import { aRun, work, workItOut } from "../factories/runs.ts";
import { anAccount } from "../factories/staff.ts";
import { tasksInEveryState } from "../factories/tasks.ts";
import { ask, asCron, type Instance, serveInstances } from "../served/instances.ts";
import { SCREENS } from "../../app/screens.ts";
import { aCtx } from "../setup/ctx.ts";
import { aWindow, isLoaded, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

/** The serious and critical findings of axe, in words; `only`: by these rules. */
async function barriers(page: Page, only: string[] | null): Promise<string[]> {
  const { violations } = await page.evaluate(
    (values) => (window as unknown as { axe: typeof axe }).axe.run(values ? { runOnly: { type: "rule", values } } : {}),
    only,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Sums the layout shifts of a page from its first drawing on, as browsers measure them. */
function measureShift(): void {
  const measured = window as unknown as { shift: number; moved: string[] };
  measured.shift = 0;
  measured.moved = [];
  type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources?: { node: Element | null }[] };
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources = [] } of list.getEntries() as Shift[]) {
      if (hadRecentInput) continue;
      measured.shift += value;
      for (const { node } of sources) measured.moved.push(node?.className || node?.nodeName || "?");
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** The maximum layout shift of a page while it loads. */
const MOST_SHIFT = 0.02;

async function shiftOf(page: Page): Promise<string[]> {
  const { shift, moved } = await page.evaluate(() => {
    const { shift, moved } = window as unknown as { shift: number; moved: string[] };
    return { shift, moved };
  });
  return shift > MOST_SHIFT ? [`moves by ${shift.toFixed(3)} while it loads: ${moved.join(", ")}`] : [];
}

/** An ended run with everything that a screen can show, and a paused run. */
async function runsToLookAt(): Promise<void> {
  await aRun({ models: ["mock/brief", "mock/warm", "mock/broken"], scenarios: 7 });
  await workItOut();
  await work({ analyze: HANDLERS.analyze });
  await pauseRun(await aCtx(), await aRun(), { why: "provider incident" });
}

/** The windows of a supervisor, an agent and nobody, with rows to show in them. */
async function people(): Promise<Record<string, Window>> {
  await tasksInEveryState();
  await messagesToLookAt();
  await runsToLookAt();
  const agentId = await anAgent();
  for (const inMinutes of [-10, 3, 9]) await aCallback({ preferredAgentId: agentId, inMinutes });
  await aCallback({ acceptedBy: agentId });
  await ask(app, "GET /cron/callback-notifications", undefined, asCron);
  return {
    supervisor: await aWindow(app.url, { accountId: (await anAccount()).id }),
    agent: await aWindow(app.url, { accountId: (await anAccount({ agentId })).id }),
    nobody: await aWindow(app.url),
  };
}

/**
 * The layout shift of a screen while it loads. A busy machine may draw in two steps where an idle one needs one; a screen without
 * room for its later parts shifts at each opening.
 */
async function shiftEachTime(page: Page, path: string): Promise<string[]> {
  let shift = await shiftOf(page);
  for (let time = 1; shift.length > 0 && time < 4; time += 1) {
    await page.goto(path);
    await isLoaded(page);
    shift = await shiftOf(page);
  }
  return shift;
}

/** `open`: the button that is pressed first. */
const PAGES: { path: string; who: string; open?: string }[] = [
  ...SCREENS.map(({ path, who }) => ({ path, who: who.at(-1) ?? "agent" })),
  { path: "/tasks?id=order-4711", who: "supervisor" },
  // The other views are drawn by the same tables.
  { path: "/messages?state=unsure", who: "supervisor", open: "+44 20 7946 0011" },
  { path: "/messages?view=dead", who: "supervisor", open: "+44 20 7946 0012" },
  ...["suppressions", "providers"].map((view) => ({ path: `/messages?view=${view}`, who: "supervisor" })),
  { path: "/runs?id=1&item=1-0", who: "supervisor" },
  { path: "/runs?id=1&with=2", who: "supervisor" },
  // A run that has no analysis yet.
  { path: "/runs?id=2", who: "supervisor" },
  { path: "/customers?id=1001", who: "supervisor" },
  ...["/", "/sign-in", "/welcome", "/docs"].map((path) => ({ path, who: "nobody" })),
];

/** One after the other on the same page. Dark mode changes only colours. */
const LOOKS = [
  { scheme: "light", width: 1280, only: null },
  { scheme: "dark", width: 1280, only: ["color-contrast", "link-in-text-block"] },
  { scheme: "light", width: 360, only: null },
] as const;

/** The name of the pictures of a page, of its whole address: no page may overwrite those of another. */
const nameOf = (path: string) => path.slice(1).replaceAll(/\W+/g, "-") || "start";

test("every page has pictures of its own", () => {
  const names = PAGES.map(({ path }) => nameOf(path));
  expect(new Set(names).size).toBe(names.length);
});

test("no screen has a serious barrier, moves while it loads or scrolls sideways: in light, in dark, and on a telephone", async () => {
  const windows = await people();
  const found: string[] = [];
  for (const { context } of Object.values(windows)) await context.addInitScript(measureShift);
  for (const { path, who, open } of PAGES) {
    const { page } = windows[who]!;
    await page.setViewportSize({ width: LOOKS[0].width, height: 800 });
    await page.goto(path);
    await isLoaded(page);
    if (open) {
      await page.getByRole("button", { name: open }).press("Enter");
      await page.getByRole("region", { name: "Message", exact: true }).getByRole("heading").first().waitFor();
    }
    if (!open) found.push(...(await shiftEachTime(page, path)).map((sentence) => `${path} ${sentence}`));
    await page.evaluate(axe.source);
    for (const { scheme, width, only } of LOOKS) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      const where = `${path}, ${scheme} at ${width} px:`;
      found.push(...(await barriers(page, only && [...only])).map((barrier) => `${where} ${barrier}`));
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (excess > 0) found.push(`${where} scrolls sideways by ${excess} px`);
      await picture(page, `${nameOf(path)}-${scheme}-${width}`);
    }
    await page.emulateMedia({ colorScheme: "light" });
  }
  expect(found).toEqual([]);
}, 600_000);

/** The states of a desk, each reached from the one before. */
const STATES: Record<string, (page: Page) => Promise<void>> = {
  "with a notice": async (page) => {
    await page
      .getByRole("button", { name: /^Accept / })
      .first()
      .press("Enter");
    await page.locator(".notices .notice").first().waitFor();
  },
  "in a call": async (page) => {
    await page.getByRole("button", { name: /^(Call|Start call)/ }).press("Enter");
    await page.getByRole("form", { name: "In call" }).waitFor();
  },
  "with a question open": async (page) => {
    await page.getByRole("button", { name: "More" }).press("Enter");
    await page.getByRole("button", { name: /^Do not call/ }).press("Enter");
    await page.getByRole("button", { name: /^Save: / }).press("Enter");
    await page.getByRole("dialog").waitFor();
  },
  "in a call, offline": async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.context().setOffline(true);
    await page.getByText("Not live: Ringback cannot be reached.").waitFor();
  },
};

test("a desk in a call, with a question open, with a notice or offline has no serious barrier, in light and in dark, wide and narrow", async () => {
  const agentId = await anAgent();
  for (const inMinutes of [-10, 3]) await aCallback({ preferredAgentId: agentId, inMinutes });
  await ask(app, "GET /cron/callback-notifications", undefined, asCron);
  const { page } = await aWindow(app.url, { accountId: (await anAccount({ agentId })).id });
  // The notice stays, however long the measuring takes.
  await page.addInitScript((shownMs) => {
    const { setTimeout } = window;
    const without = (work: TimerHandler, ms?: number) => (ms === shownMs ? 0 : setTimeout(work, ms));
    Object.defineProperty(window, "setTimeout", { value: without });
  }, 8_000);
  await page.goto("/desk");
  await isLoaded(page);
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const [state, reach] of Object.entries(STATES)) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await reach(page);
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        const only = scheme === "dark" ? ["color-contrast", "link-in-text-block"] : null;
        const where = `${state}, ${scheme} at ${width} px:`;
        found.push(...(await barriers(page, only)).map((barrier) => `${where} ${barrier}`));
        await picture(page, `desk-${state.replaceAll(/\W+/g, "-")}-${scheme}-${width}`, { fullPage: false });
      }
    }
  }
  expect(found).toEqual([]);
}, 300_000);
