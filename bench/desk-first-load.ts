import type { Browser } from "playwright-core";
import { launchChromium } from "../tests/browser/chromium.ts";
import { median } from "./database.ts";

const LOADS = 7;

type Load = { scripts: number; painted: number; reacted: number };

/** Prints the time of the first load of the desk: each time in a new browser context, for an agent whose cards nobody touched. */
export async function sayFirstLoad(url: string, browsers: { cookie: string }[]): Promise<void> {
  const browser = await launchChromium();
  const loads: Load[] = [];
  // The first one is the browser's own warming up.
  for (const { cookie } of browsers.slice(0, LOADS + 1)) loads.push(await load(browser, url, cookie));
  await browser.close();
  const middle = (figure: keyof Load) => median(loads.slice(1).map((one) => one[figure]));
  console.log(`\nfirst load of /desk, medians of ${LOADS}`);
  console.log(`JavaScript, compressed: ${(middle("scripts") / 1_000).toFixed(1)} kB`);
  console.log(`first contentful paint: ${middle("painted").toFixed(0)} ms`);
  console.log(`a card's button has reacted: ${middle("reacted").toFixed(0)} ms`);
}

async function load(browser: Browser, url: string, cookie: string): Promise<Load> {
  // What a service worker answers has no compressed size; a first load has none yet.
  const context = await browser.newContext({ serviceWorkers: "block" });
  const at = cookie.indexOf("=");
  await context.addCookies([{ name: cookie.slice(0, at), value: cookie.slice(at + 1), url }]);
  const page = await context.newPage();
  await page.addInitScript(pressTheFirst);
  await page.goto(`${url}/desk`);
  await page.waitForFunction(() => performance.getEntriesByName("reacted").length > 0);
  const figures = await page.evaluate(() => ({
    scripts: performance
      .getEntriesByType("resource")
      .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    reacted: performance.getEntriesByName("reacted")[0]?.startTime ?? Number.NaN,
  }));
  await context.close();
  return figures;
}

/** Runs in the page: accepts the first promise as soon as that can be pressed, and marks when the desk says so. */
function pressTheFirst(): void {
  let isPressed = false;
  const look = () => {
    const tags = [...document.querySelectorAll(".desk .tag")];
    if (tags.some(({ textContent }) => textContent.startsWith("accepted"))) return performance.mark("reacted");
    const button = document.querySelector<HTMLButtonElement>('[data-shortcut="a"]:not(:disabled, [aria-disabled])');
    if (button && !isPressed) {
      isPressed = true;
      button.click();
    }
    return requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
