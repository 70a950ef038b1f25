/** Every screen in a real browser, in light and dark: nothing breaks its policy, nobody sees a screen of another role. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { anAgent } from "../factories/desk.ts";
import { anAccount } from "../factories/staff.ts";
import { tasksInEveryState } from "../factories/tasks.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { screensOf } from "../../app/screens.ts";
import { aWindow, isLoaded, picture } from "./page.ts";

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
