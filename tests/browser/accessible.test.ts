/** Every screen for everybody: with a screen reader, on a telephone, in light and dark. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { aCallback, anAgent } from "../factories/desk.ts";
import { anAccount } from "../factories/staff.ts";
import { tasksInEveryState } from "../factories/tasks.ts";
import { ask, asCron, type Instance, serveInstances } from "../served/instances.ts";
import { SCREENS } from "../../app/screens.ts";
import { aWindow, isLoaded, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

/** What axe calls serious or critical, in words. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** A supervisor's and an agent's window, with something to see in them. */
async function people(look: { scheme: "light" | "dark"; width: number }): Promise<Record<string, Window>> {
  await tasksInEveryState();
  const agentId = await anAgent();
  for (const inMinutes of [-10, 3, 9]) await aCallback({ preferredAgentId: agentId, inMinutes });
  await aCallback({ acceptedBy: agentId });
  await ask(app, "GET /cron/callback-notifications", undefined, asCron);
  return {
    supervisor: await aWindow(app.url, { ...look, accountId: (await anAccount()).id }),
    agent: await aWindow(app.url, { ...look, accountId: (await anAccount({ agentId })).id }),
    nobody: await aWindow(app.url, look),
  };
}

const PAGES = [
  ...SCREENS.map(({ path, who }) => ({ path, who: who.at(-1) ?? "agent" })),
  { path: "/tasks?id=order-4711", who: "supervisor" },
  ...["/", "/sign-in", "/welcome", "/docs"].map((path) => ({ path, who: "nobody" })),
];

test.each([
  { scheme: "light", width: 1280 },
  { scheme: "dark", width: 1280 },
  { scheme: "light", width: 360 },
] as const)("no screen has a serious barrier or scrolls sideways, $scheme at $width px", async (look) => {
  const windows = await people(look);
  const found: string[] = [];
  for (const { path, who } of PAGES) {
    const { page } = windows[who]!;
    await page.goto(path);
    await isLoaded(page);
    found.push(...(await barriers(page)).map((barrier) => `${path} ${barrier}`));
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (excess > 0) found.push(`${path} scrolls sideways by ${excess} px`);
    await picture(
      page,
      `${path === "/" ? "start" : path.slice(1).replace(/\?.*/, "-open")}-${look.scheme}-${look.width}`,
    );
  }
  expect(found).toEqual([]);
});
