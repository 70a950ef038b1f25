import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { inject, onTestFailed, TestRunner } from "vitest";
import { anAccount, aSession } from "../factories/staff.ts";
import { onlyOne } from "../served/instances.ts";
import { db } from "../setup/database.ts";
import { afterEveryFile, beforeEveryTest } from "../setup/hooks.ts";
import { launchChromium } from "./chromium.ts";

const LAUNCHING = 2;
/** Tests wait this long for an element, also on a slow machine; an element that never comes still fails the test. */
const LONG_MS = 120_000;
let launched: Promise<Browser> | undefined;
const opened: BrowserContext[] = [];

/** The browser of this process. */
function browser(): Promise<Browser> {
  launched ??= onlyOne(LAUNCHING, launchChromium);
  return launched;
}

// An unused page would go on polling, and slow down later tests. The page of a failed test is described after the test.
beforeEveryTest(closeWindows);
afterEveryFile(async () => {
  await closeWindows();
  // It ends with the process, unless the next file goes on with it.
  if (!inject("sharesProcess")) await (await launched)?.close();
});

async function closeWindows(): Promise<void> {
  await Promise.all(opened.splice(0).map((context) => context.close()));
}

/** `hasWorker`: with the service worker of the desk, whose own requests `page.route` does not see. */
type Look = { scheme?: "light" | "dark"; width?: number; accountId?: string; timeZone?: string; hasWorker?: boolean };

/** A window of a browser, and its complaints: errors of scripts, of its console, of the policy. */
export type Window = { page: Page; context: BrowserContext; complaints: string[] };

/** Opens a window of its own, in which the person of `accountId` is signed in when one is given. */
export async function aWindow(
  url: string,
  { scheme = "light", width = 1280, accountId, timeZone = "Europe/London", hasWorker = false }: Look = {},
): Promise<Window> {
  const context = await (await browser()).newContext({
    baseURL: url,
    colorScheme: scheme,
    viewport: { width, height: 800 },
    locale: "en-GB",
    timezoneId: timeZone,
    serviceWorkers: hasWorker ? "allow" : "block",
  });
  opened.push(context);
  if (accountId !== undefined) {
    const [name = "", value = ""] = (await aSession(accountId)).split("=");
    await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
  }
  context.setDefaultTimeout(LONG_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (said) => {
    if (said.text() === "Service Worker registration blocked by Playwright") return;
    if (["error", "warning"].includes(said.type())) complaints.push(`${said.type()}: ${said.text()}`);
  });
  if (TestRunner.getCurrentTest()) onTestFailed(() => describe(context, complaints));
  return { page, context, complaints };
}

/** Prints the pages of a failed test, so that a failure on another machine can be understood from its log alone. */
async function describe(context: BrowserContext, complaints: string[]): Promise<void> {
  const focus = () => document.activeElement?.outerHTML.slice(0, 200);
  for (const page of context.pages()) {
    const said = await page.locator('[role="alert"], [role="status"], dialog[open]').allInnerTexts();
    const text = (await page.locator("body").innerText()).slice(0, 2_000);
    process.stderr.write(
      `${page.url()} said: ${JSON.stringify(said)}; has the focus: ${await page.evaluate(focus)}; shows: ${JSON.stringify(text)}\n`,
    );
    await takePicture(page, `failed-${Date.now()}`, {});
  }
  process.stderr.write(`complaints: ${JSON.stringify(complaints)}\n`);
}

/** Resolves when no part of the page is loading any more. */
export async function isLoaded(page: Page): Promise<void> {
  await page.waitForFunction(
    () => !document.querySelector('[aria-busy="true"]') && !/^loading(…| the |$)/im.test(document.body.innerText),
  );
}

/** The distinct heights and tops of these elements: one of each when they stand in a row. */
export async function heightsOf(page: Page, selector: string): Promise<string[]> {
  const places = await page.locator(selector).evaluateAll((parts) =>
    parts.map((part) => {
      const { top, height } = part.getBoundingClientRect();
      return `${Math.round(height)} at ${Math.round(top)}`;
    }),
  );
  return [...new Set(places)];
}

/** Whether two elements lie over each other. */
export async function overlap(one: Locator, other: Locator): Promise<boolean> {
  const [a, b] = (await Promise.all([one.boundingBox(), other.boundingBox()])) as [Box, Box];
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

type Box = { x: number; y: number; width: number; height: number };

/** The account of this agent's person; made when there is none yet. */
export async function asPerson(agentId: number): Promise<string> {
  const known = await db.staffAccount.findUnique({ where: { agentId } });
  return known?.id ?? (await anAccount({ agentId })).id;
}

/**
 * With `SCREENSHOTS=1` stores a picture of the page at this point of a test. A picture takes longer than most tests, so otherwise
 * the page is only drawn.
 */
export async function picture(page: Page, name: string, how: { fullPage?: boolean } = {}): Promise<void> {
  if (process.env.SCREENSHOTS) await takePicture(page, name, how);
  else await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

/** Stores a picture of the whole page, or of its visible part, in `folder`. Returns its path. */
export async function takePicture(
  page: Page,
  name: string,
  { folder = ".ringback/screenshots", fullPage = true }: { folder?: string; fullPage?: boolean },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = `${folder}/${name}.png`;
  await page.screenshot({ path, fullPage });
  return path;
}
