/** Accounts: people's actions on their own and on others', by hand, in a real browser. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { aCallback, anAgent } from "../factories/desk.ts";
import { aSession, anAccount, PASSWORD } from "../factories/staff.ts";
import { codeOf } from "../factories/totp.ts";
import { ask, type Instance, serveInstances } from "../served/instances.ts";
import { db } from "../setup/database.ts";
import { menuOf } from "../../app/screens.ts";
import { aWindow, picture } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a supervisor signs in, makes a key, revokes it, and sees the refusals of the key in the audit", async () => {
  const { email } = await anAccount();
  const { page, complaints } = await aWindow(app.url);
  await page.goto("/keys");
  await signIn(page, email, PASSWORD);
  await page.getByRole("heading", { name: "API keys" }).waitFor();
  await page.getByLabel("Name").fill("The dialler");
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.getByText("Choose at least one thing that the key may do.").waitFor();
  await page.getByLabel("read callbacks").check();
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await page.locator("output.secret").innerText();
  const asKey = { authorization: `Bearer ${key}` };
  expect((await ask(app, "GET /callbacks", undefined, asKey)).status).toBe(200);
  await picture(page, "keys-made-light");
  await page.getByRole("button", { name: "I have it" }).click();
  expect(await page.content()).not.toContain(key);

  await page.getByRole("button", { name: "Revoke The dialler" }).click();
  await page.getByRole("button", { name: "Revoke for good" }).click();
  await page.getByText("Revoked", { exact: false }).and(page.locator(".tag")).waitFor();
  expect((await ask(app, "GET /callbacks", undefined, asKey)).status).toBe(401);

  await page.getByRole("link", { name: "Audit" }).click();
  const refusal = page.getByRole("row", { name: "Request refused" });
  await refusal.waitFor();
  expect(await refusal.innerText()).toMatch(/The dialler[\s\S]*GET \/api\/callbacks[\s\S]*unauthenticated/);
  await picture(page, "audit-refusal-light");
  expect(complaints).toEqual([]);
});

test("a typed password can be shown, keeps what was typed, and is hidden again when it is sent", async () => {
  const { email } = await anAccount();
  const { page } = await aWindow(app.url);
  await page.goto("/sign-in");
  const field = page.getByLabel("Password");
  await page.getByLabel("E-mail").fill(email);
  await field.fill("not this one");
  expect(await field.getAttribute("type")).toBe("password");
  await page.getByRole("button", { name: "Show password" }).press("Enter");
  expect([await field.getAttribute("type"), await field.inputValue()]).toEqual(["text", "not this one"]);
  await field.press("Enter");
  await page.getByRole("alert").filter({ hasText: /\S/ }).first().waitFor();
  expect([await field.getAttribute("type"), await field.inputValue()]).toEqual(["password", "not this one"]);
});

test("the filters of the audit are in its address: reload and Back find them again", async () => {
  const { page, complaints } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/audit");
  const isEmpty = page.getByText("Nothing was done in this time that fits.");
  await page.getByLabel("From").fill("2026-03-01T08:30");
  await page.getByLabel("Who").fill("nobody at all");
  await page.getByLabel("Action").fill("Key revoked");
  await page.getByLabel("Object").fill("callback 12");
  await page.getByRole("button", { name: "Show" }).press("Enter");
  await page.waitForURL(
    /\/audit\?from=2026-03-01T08%3A30%3A00.000Z&who=nobody\+at\+all&action=key\.revoked&object=callback\+12/,
  );
  const fields = ["From", "To", "Who", "Action", "Object"];
  const typed = () => Promise.all(fields.map((name) => page.getByLabel(name, { exact: true }).inputValue()));
  const asked = ["2026-03-01T08:30", "", "nobody at all", "Key revoked", "callback 12"];
  await isEmpty.waitFor();
  await page.reload();
  await isEmpty.waitFor();
  await expect.poll(typed).toEqual(asked);
  expect(await page.getByRole("link", { name: "Export CSV" }).getAttribute("href")).toContain("actor=nobody");
  await page.getByRole("button", { name: "Clear" }).press("Enter");
  await page.waitForURL(/\/audit$/);
  await expect.poll(typed).toEqual(["", "", "", "", ""]);
  await page.goBack();
  await expect.poll(typed).toEqual(asked);
  await page.goBack();
  await expect.poll(typed).toEqual(["", "", "", "", ""]);
  expect(complaints).toEqual([]);
});

test("an invitation sets a password once, and the new agent finds their own screens and no others", async () => {
  const agentId = await anAgent();
  const supervisor = await aWindow(app.url, { accountId: (await anAccount()).id });
  await supervisor.page.goto("/staff");
  await supervisor.page.getByRole("button", { name: "Invite somebody" }).click();
  const form = supervisor.page.getByRole("dialog");
  await form.getByLabel("Name").fill("Noor <b>Nguyen</b>");
  await form.getByLabel("E-mail").fill("noor@example.test");
  await form.getByLabel("Whose desk").selectOption(String(agentId));
  await form.getByRole("button", { name: "Invite", exact: true }).click();
  const invitation = await supervisor.page.locator("output.secret").innerText();
  // Text that looks like HTML is text.
  await supervisor.page.getByRole("cell", { name: "Noor <b>Nguyen</b>", exact: true }).waitFor();
  await picture(supervisor.page, "staff-invited-light");
  await supervisor.page.getByRole("button", { name: "Disable Noor" }).click();
  await supervisor.page.getByText("is signed out everywhere at once and cannot sign in").waitFor();
  await supervisor.page.getByRole("button", { name: "Leave it as it is" }).click();

  const { page, complaints } = await aWindow(app.url);
  await page.goto(invitation);
  await page.getByText("you are invited as an agent").waitFor();
  await page.getByLabel("New password").fill("a password of my own");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("button", { name: "Noor <b>Nguyen</b>", exact: true }).waitFor();
  expect(await page.getByRole("navigation", { name: "Screens" }).getByRole("link").allInnerTexts()).toEqual(
    menuOf("agent").map(({ name }) => name),
  );
  expect(complaints).toEqual([]);

  // A used one and one that is too old, of a first password and of a reset, say so before anything is typed.
  await supervisor.page.getByRole("button", { name: "New invitation for Noor" }).click();
  await expect.poll(() => supervisor.page.locator("output.secret").innerText()).not.toBe(invitation);
  const reset = await supervisor.page.locator("output.secret").innerText();
  const second = await aWindow(app.url);
  await second.page.goto(reset);
  await second.page.getByText("choose a new password").waitFor();
  await second.page.getByLabel("New password").waitFor();
  await db.staffVerification.updateMany({ data: { expiresAt: new Date(0) } });
  for (const ended of [invitation, reset]) {
    await second.page.goto("about:blank");
    await second.page.goto(ended);
    await second.page.getByText("This invitation was used or is too old").waitFor();
    expect(await second.page.getByLabel("New password").count()).toBe(0);
  }
  // A mail program may break a long address in two.
  for (const cut of [invitation.slice(0, -3), invitation.replace(/(#.{9}).*/, "$1"), invitation.replace(/#.*/, "")]) {
    await second.page.goto("about:blank");
    await second.page.goto(cut);
    await second.page
      .getByText("This address is not a whole invitation; it may have been cut off on its way.")
      .waitFor();
  }
  // A person who is signed in is not sent to the sign-in.
  await supervisor.page.goto("/welcome");
  await supervisor.page.getByRole("link", { name: "You are signed in: go on" }).click();
  await supervisor.page.waitForURL("**/wallboard");
});

test("a wrong password is answered with a sentence, and neither it nor the address of the person is in an address", async () => {
  const { page } = await aWindow(app.url);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto("/sign-in");
  await signIn(page, "someone@example.test", "wrong password");
  await page.getByText("E-mail or password is wrong.").waitFor();
  expect(asked.filter((url) => /someone|wrong/.test(url))).toEqual([]);
});

test("P4: after signing out, Back shows nothing of the pages before", { tags: ["long"] }, async () => {
  const { email, id } = await anAccount();
  const { page } = await aWindow(app.url, { accountId: id });
  await page.goto("/staff");
  await page.getByRole("cell", { name: email }).waitFor();
  // Signing out replaces the page on which it is pressed: Back leads to the one before.
  await page.goto("/keys");
  await page.locator(".person").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  // The page that Back opens may lead on to the sign-in at once, so the test looks at every text that it ever showed.
  const shown: string[] = [];
  await page.exposeFunction("noteShown", (text: string) => shown.push(text));
  await page.addInitScript(() => {
    const look = () => Reflect.get(globalThis, "noteShown")(document.documentElement?.textContent ?? "");
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  });
  await page.goBack();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((text) => text.includes(email))).toEqual([]);
  await page.goto("/staff");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("signing out works also where the browser keeps nothing", { tags: ["long"] }, async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.addInitScript(() => Object.defineProperty(globalThis, "indexedDB", { value: undefined }));
  await page.goto("/staff");
  await page.locator(".person").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("a person ends a session from the list of their own; a session that ended elsewhere leads to the sign-in at the next thing that is read", {
  tags: ["long"],
}, async () => {
  const { email, id } = await anAccount();
  const { page } = await aWindow(app.url, { accountId: id });
  await page.goto("/account");
  const other = await aWindow(app.url, { accountId: id });
  await aSession(id);
  await other.page.goto("/account");
  const rows = other.page.getByRole("region", { name: "Sessions" }).getByRole("listitem");
  await expect.poll(() => rows.count()).toBe(3);
  expect(await rows.first().innerText()).toContain("This browser");
  await rows.nth(1).getByRole("button").press("Enter");
  await other.page.getByText("Signed out of Computer.").waitFor();
  await expect.poll(() => rows.count()).toBe(2);
  expect(await db.staffSession.count({ where: { accountId: id } })).toBe(2);
  await other.page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await other.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByRole("link", { name: "People" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(new URL(page.url()).search).toBe("?next=/agents");
  await signIn(page, email, PASSWORD);
  await page.getByRole("heading", { name: "Agents" }).waitFor();
});

test("a second factor is turned on by its QR code or key, asked for at the next sign-in, and turned off again", {
  tags: ["long"],
}, async () => {
  const { email, id } = await anAccount();
  const { page, complaints } = await aWindow(app.url, { accountId: id });
  await page.goto("/account");
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Turn it on" }).click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  const secret = await page.locator("output.secret").first().innerText();
  await picture(page, "second-factor-light");
  const codes = page.locator("output.secret").last();
  const [backupCode = ""] = (await codes.innerText()).split(/\s+/);
  // No code breaks at its hyphen: each is as high as one line.
  const broken = await codes
    .locator("span")
    .evaluateAll((all) =>
      all
        .filter((code) => code.clientHeight >= 2.5 * Number.parseFloat(getComputedStyle(code).fontSize))
        .map(({ textContent }) => textContent),
    );
  expect(broken).toEqual([]);
  // It is typed four letters at a time.
  expect(secret).toMatch(/^(\w{4} )+\w{1,4}$/);
  const uri = `otpauth://totp/x?secret=${secret.replaceAll(" ", "")}`;
  await page.getByLabel("Code it shows now").fill(codeOf(uri));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("On. Every sign-in asks for a code.").waitFor();

  const other = await aWindow(app.url);
  await other.page.goto("/sign-in?next=/account");
  await signIn(other.page, email, PASSWORD);
  await other.page.getByLabel("Code of your authenticator").fill("000000");
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await other.page.getByText("The code is wrong or too old").waitFor();
  await other.page.getByLabel("Code of your authenticator").fill(backupCode);
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await other.page.getByLabel("Your password").fill(PASSWORD);
  await other.page.getByRole("button", { name: "Turn it off" }).click();
  await other.page.getByText("Off. With it, signing in also asks").waitFor();
  expect(complaints).toEqual([]);
});

test("a supervisor adds and changes an agent in dialogs, and reads refusals and warnings about agents", {
  tags: ["long"],
}, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben", status: "break" })];
  const callbackId = await aCallback({ preferredAgentId: ann });
  const { email } = await db.agent.findUniqueOrThrow({ where: { id: ben } });
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto("/agents");
  await page.getByRole("button", { name: "Add an agent" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First name").fill("Noor");
  await dialog.getByLabel("Last name").fill("Nguyen");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Signature due").uncheck();
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByText("There is an agent with this e-mail address already").waitFor();
  await picture(page, "agents-refused-light", { fullPage: false });
  await dialog.getByLabel("E-mail").fill("noor@example.test");
  await dialog.getByRole("button", { name: "Add", exact: true }).dblclick();
  await page.getByText(/^Noor Nguyen has desk \d+ and an account\./).waitFor();
  await page.getByText("Hand over this invitation").waitFor();
  expect(await db.staffAccount.findMany({ where: { email: "noor@example.test" } })).toMatchObject([{ role: "agent" }]);
  expect(await db.agent.findMany({ where: { firstName: "Noor" } })).toMatchObject([
    { email: "noor@example.test", allowedQueues: ["outstanding_requests"] },
  ]);

  await page.getByRole("button", { name: "Change Noor Nguyen" }).click();
  await dialog.getByLabel("Last name").fill("Noorani");
  await dialog.getByLabel("Documents due").uncheck();
  await dialog.getByLabel("Signature due").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Noor Noorani is changed.").waitFor();
  await page.getByRole("row", { name: "Noor Noorani" }).getByText("Signature due").waitFor();

  for (const [to, said] of [
    ["Noor Noorani", "Noor Noorani does not work the queue “Documents due”; somebody else will call."],
    ["Ben Able", "Ben Able is on break now; if that is still so at the time, somebody else will call."],
  ] as const) {
    await page.goto(`/callbacks?id=${callbackId}`);
    await page
      .getByRole("region", { name: `Callback ${callbackId}` })
      .getByRole("button", { name: "Reassign" })
      .click();
    const option = dialog.getByRole("option", { name: to });
    await option.waitFor({ state: "attached" });
    await dialog.getByLabel("To").selectOption(String(await option.getAttribute("value")));
    await dialog.getByRole("button", { name: "Reassign" }).click();
    await page.getByText(said).waitFor();
  }
  await page.getByRole("button", { name: "Change the time" }).click();
  await dialog.getByLabel("Time").fill("2026-03-02T23:30");
  await dialog.getByRole("button", { name: "Promise this time" }).click();
  await page.getByText("It is before 8:00 or after 21:00 there.").waitFor();
  await picture(page, "callbacks-conflict-light", { fullPage: false });
});
