/**
 * Back and Forward at each step of the work: nothing is lost, nothing is done twice, and the focus never falls to the page's top.
 * @module-tag long
 */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { HANDLERS } from "#modules/runs";
import { aCallback, anAgent, tick } from "../factories/desk.ts";
import { messagesToLookAt } from "../factories/messages.ts";
import { aRun, work, workItOut } from "../factories/runs.ts";
import { anAccount, PASSWORD } from "../factories/staff.ts";
import { codeOf } from "../factories/totp.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { db } from "../setup/database.ts";
import { asPerson, aWindow } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().press("Enter");
const hasFocus = (page: Page) => page.evaluate(() => document.activeElement !== document.body);

/** Goes Back to the screen of this heading and Forward again, and looks at the focus on both. */
async function backAndForward(page: Page, there: string): Promise<void> {
  await page.goBack();
  await heading(page, there);
  await expect.poll(() => hasFocus(page)).toBe(true);
  await page.goForward();
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("at the sign-in and its second step Back leads to the form, and after it past it", async () => {
  const { email, id } = await anAccount();
  const own = await aWindow(app.url, { accountId: id });
  await own.page.goto("/account");
  await own.page.getByLabel("Your password").fill(PASSWORD);
  await own.page.getByRole("button", { name: "Turn it on" }).click();
  const uri = `otpauth://totp/x?secret=${(await own.page.locator("output.secret").first().innerText()).replaceAll(" ", "")}`;
  const [backupCode = ""] = (await own.page.locator("output.secret").last().innerText()).split(/\s+/);
  await own.page.getByLabel("Code it shows now").fill(codeOf(uri));
  await own.page.getByRole("button", { name: "Confirm" }).click();
  await own.page.getByText("On. Every sign-in asks for a code.").waitFor();

  const { page } = await aWindow(app.url);
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).first().click();
  await signIn(page, email);
  await page.getByLabel("Code of your authenticator").waitFor();
  await page.goBack();
  await heading(page, "Ringback");
  await page.goForward();
  await signIn(page, email);
  await page.getByLabel("Code of your authenticator").fill(backupCode);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/wallboard");
  // The start page leads a person who is signed in to the own screen.
  await page.goBack();
  await page.getByRole("heading", { name: "Needs you" }).waitFor();
  expect(await page.getByLabel("Password").count()).toBe(0);
});

test("in a call, in its question, and after it Back and Forward keep what was typed, open one call, and save one outcome", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { page, complaints } = await aWindow(app.url, { accountId: await asPerson(ann) });
  await page.goto("/callbacks");
  await heading(page, "Callbacks");
  await page.getByRole("link", { name: "Desk" }).press("Enter");
  await press(page, /^(Start call|Call )/);
  await page.getByLabel("Notes").fill("Will have the letter.");
  await press(page, /^Call back/);
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText("Tue 3 Mar, 15:00").first().waitFor();
  await backAndForward(page, "Callbacks");
  await page.getByRole("button", { name: "Save: Call back" }).waitFor();
  expect(await page.getByLabel("Notes").inputValue()).toBe("Will have the letter.");
  expect(await page.getByLabel("Call back at").inputValue()).toBe("tomorrow 3pm");
  await press(page, "More");
  await press(page, /^Do not call/);
  await press(page, /^Save: /);
  await page.getByRole("dialog").waitFor();
  await page.goBack();
  await heading(page, "Callbacks");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.goForward();
  await press(page, /^Call back/);
  await press(page, "Save: Call back");
  await page.getByText("No calls waiting").waitFor();
  await backAndForward(page, "Callbacks");
  await page.getByText("No calls waiting").waitFor();
  await expect.poll(() => hasFocus(page)).toBe(true);
  expect(await page.getByRole("form", { name: "In call" }).count()).toBe(0);
  expect(await db.callSession.findMany()).toMatchObject([{ notes: "Will have the letter." }]);
  expect(await db.callback.count()).toBe(2);
  expect(complaints).toEqual([]);
});

test("a story that Back closes gives the focus to its row, of callbacks, messages and conversations of a run; Forward opens it again", async () => {
  const callbackId = await aCallback({ preferredAgentId: await anAgent() });
  await tick();
  await messagesToLookAt();
  await aRun({ models: ["mock/brief"], scenarios: 2 });
  await workItOut();
  await work({ analyze: HANDLERS.analyze });
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  const walk = async (row: string | RegExp, story: string | RegExp) => {
    const button = page.getByRole("button", { name: row }).first();
    await button.press("Enter");
    const panel = page.getByRole("region", { name: story });
    await panel.waitFor();
    await page.goBack();
    await panel.waitFor({ state: "detached" });
    await expect.poll(() => button.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.goForward();
    await panel.waitFor();
    await page.goBack();
    await panel.waitFor({ state: "detached" });
  };
  await page.goto("/callbacks");
  await press(page, /^Late|^Open/);
  await press(page, /^Open \d/);
  await walk("Uma User", `Callback ${callbackId}`);
  await page.goto("/messages");
  await press(page, /^unsure/);
  await page.waitForURL("**/messages?state=unsure");
  await walk("+44 20 7946 0011", /^Message$/);
  await page.goBack();
  await page.getByRole("button", { name: "+44 20 7946 0012" }).waitFor();
  await page.goto("/runs?id=1");
  await walk("Scenario 0", /^Conversation /);
  expect(complaints).toEqual([]);
});

test("a dialog of a screen is gone when Back leaves the screen, and nothing was done; a new callback stays open with what was typed, and is promised once", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/agents");
  await heading(page, "Agents");
  await page.getByRole("link", { name: "Callbacks" }).first().press("Enter");
  await heading(page, "Callbacks");
  await page.getByRole("checkbox").first().press("Space");
  await page.getByRole("button", { name: "Cancel", exact: true }).press("Enter");
  await page.getByRole("dialog").getByLabel("Reason").fill("by mistake");
  await page.goBack();
  await heading(page, "Agents");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.goForward();
  await heading(page, "Callbacks");
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await db.callback.count({ where: { status: "cancelled" } })).toBe(0);
  await page.keyboard.press("c");
  await page.getByLabel("Customer").fill("uma");
  // Enter takes the only person that is found.
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Uma User/ })
    .waitFor();
  await page.getByLabel("Customer").press("Enter");
  await page.getByLabel("Call back at").fill("tomorrow 3pm");
  await page.getByText("free: no promise in that quarter hour").waitFor();
  await page.goBack();
  await heading(page, "Agents");
  expect(await page.getByLabel("Call back at").inputValue()).toBe("tomorrow 3pm");
  await press(page, "Promise it");
  await page.getByText(/^Uma User: promised for/).waitFor();
  await page.goForward();
  await heading(page, "Callbacks");
  expect(await db.callback.count()).toBe(2);
});
