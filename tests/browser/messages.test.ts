/** A supervisor's view of texts and e-mails, and the actions on them, in a real browser, by keyboard. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { anAgent, aUser } from "../factories/desk.ts";
import { expectInvariants } from "../factories/invariants.ts";
import { aProvider, aText, drainMessages, failedWith, messageStates, textsBy } from "../factories/messages.ts";
import { anAccount } from "../factories/staff.ts";
import { startTwilio } from "../fakes/twilio.ts";
import { ask, type Instance, serveInstances } from "../served/instances.ts";
import { advance } from "../setup/database.ts";
import { SERVICE_API_KEY } from "../setup/secrets.ts";
import { aWindow, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const aSupervisor = async (): Promise<Window> => aWindow(app.url, { accountId: (await anAccount()).id });
/** Lists move while they are live, so nothing is pressed by pointer. */
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).press("Enter");
const story = (page: Page) => page.getByRole("region", { name: "Message", exact: true });
const rows = (page: Page) => page.getByRole("region", { name: "Messages" }).getByRole("row");

test("a text that is posted twice is seen once; its provider is broken, it is tried again, its reason and the dead letter are seen, and redriven it is sent", async () => {
  const twilio = await startTwilio();
  const byTwilio = textsBy(twilio);
  const { page, complaints } = await aSupervisor();
  await page.goto("/messages");
  await page.getByText("No message yet.").waitFor();
  const text = { customerId: 1001, from: "+14155550100", to: "+442079460001", body: "We call you at 15:30." };
  const headers = { authorization: `Bearer ${SERVICE_API_KEY}`, "idempotency-key": "walk-1" };
  const posted = await ask(app, "POST /messages/sms", text, headers);
  expect(posted.status).toBe(202);
  await page.getByText("It is in the queue; a worker stores and sends it.").waitFor();
  const again = await ask(app, "POST /messages/sms", text, headers);
  expect([again.status, again.body.id, again.headers.get("idempotency-replayed")]).toEqual([
    202,
    posted.body.id,
    "true",
  ]);

  twilio.misbehave({ status: 503, body: "we are down" });
  await drainMessages(byTwilio, { retryMaxAttempts: 3 });
  await page.getByText("It is tried again.").waitFor();
  // Its one row, and the head of the table.
  expect(await rows(page).count()).toBe(2);
  await press(page, "+44 20 7946 0001");
  await story(page).getByText("Attempt failed").waitFor();
  await story(page).getByText("The provider answered").waitFor();
  for (let attempt = 2; attempt <= 3; attempt += 1) {
    await advance({ minutes: 5 });
    await drainMessages(byTwilio, { retryMaxAttempts: 3 });
  }
  await story(page).getByText("It is not tried again by itself.").waitFor();
  expect(await story(page).getByText("Attempt failed").count()).toBe(2);
  await picture(page, "messages-dead-light");
  await press(page, "Dead letters");
  await page.getByText("No dead letters").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "transient http_503", exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Dead letters of this group" }).waitFor();
  await picture(page, "messages-groups-light");

  twilio.misbehave(null);
  await press(page, "Redrive what ended as dead, transient http_503");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 message would be sent again").waitFor();
  await dialog.getByRole("button", { name: "Redrive" }).press("Enter");
  await page.getByText("1 message in line again, with all attempts.").waitFor();
  await page.getByText("No dead letters: nothing was given up.").waitFor();
  await drainMessages(byTwilio);
  await press(page, "Messages");
  await rows(page).getByText("sent", { exact: true }).waitFor();
  expect(twilio.taken).toMatchObject([{ to: text.to, body: text.body }]);
  expect(complaints).toEqual([]);
  await expectInvariants();
  await twilio.stop();
});

test("in the story of a message of another day each time stands beside its event, not over it", async () => {
  await aText();
  await drainMessages();
  await advance({ hours: 50 });
  const { page } = await aSupervisor();
  await page.goto("/messages");
  await press(page, "+44 20 7946 0001");
  await story(page).getByText("Stored").waitFor();
  const gaps = await story(page)
    .locator(".timeline li")
    .evaluateAll((entries) =>
      entries.map((entry) => {
        const [time, dot] = ["time", ".dot"].map((part) => entry.querySelector(part)!.getBoundingClientRect());
        return dot!.left - time!.right;
      }),
    );
  expect(gaps.length).toBeGreaterThan(1);
  expect(Math.min(...gaps)).toBeGreaterThan(4);
});

test("an unsure message is settled by a person, a held one is released, and a wrong number is corrected and redriven", {
  tags: ["long"],
}, async () => {
  const provider = aProvider(
    { outcome: "unsure", code: "timeout", sentence: "No answer came after everything had left." },
    failedWith("permanent", "21211"),
    ({ id }) => ({ outcome: "sent", providerId: id }),
  );
  await aText({ to: "+442079460001" });
  await drainMessages(provider.transports);
  await aText({ customerId: 1002, to: "+442079460002" });
  await drainMessages(provider.transports);
  await aText({ customerId: 1003, to: "+442079460003", sendAfter: "2026-03-03T09:00:00Z" });
  await drainMessages(provider.transports);
  const { page, complaints } = await aSupervisor();
  await page.goto("/messages?state=unsure");
  await press(page, "+44 20 7946 0001");
  await story(page).getByText("Did it arrive?").waitFor();
  await picture(page, "messages-unsure-light");
  await press(page, "It arrived");
  await story(page).getByText("Did it arrive?").waitFor({ state: "detached" });
  await press(page, "Close the message");
  await press(page, /^All/);
  await press(page, "+44 20 7946 0003");
  await press(page, "Release it now");
  await story(page).getByText("Somebody released it").first().waitFor();
  await press(page, "Close the message");
  await press(page, "+44 20 7946 0002");
  await story(page).getByLabel("Its number").fill("+44 20 7946 0099");
  await press(page, "Put it right");
  await story(page).getByText("Address put right").waitFor();
  await press(page, "Redrive it…");
  await page.getByRole("dialog").getByText("1 message would be sent again").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).press("Enter");
  await story(page).getByText("It is not tried again by itself.").waitFor({ state: "detached" });
  // The button that opened the dialog is gone with the dead letter.
  await page.waitForFunction(() => document.activeElement?.closest('[aria-label="Message"]') != null);
  await drainMessages(provider.transports);
  await story(page).getByText("sent", { exact: true }).first().waitFor();
  expect(provider.handed.map(({ to }) => to).sort()).toEqual([
    "+442079460001",
    "+442079460002",
    "+442079460003",
    "+442079460099",
  ]);
  expect(complaints).toEqual([]);
  await expectInvariants();
});

test("the unsure messages of a provider are settled at once, after a question that says how many they are", async () => {
  await anAgent();
  for (const customerId of [1, 2]) await aText({ customerId });
  const silent = aProvider({ outcome: "unsure", code: "timeout", sentence: "No answer came." });
  await drainMessages(silent.transports);
  const { page, complaints } = await aSupervisor();
  await page.goto("/messages?view=providers");
  await press(page, "Settle unsure messages: Twilio");
  const dialog = page.getByRole("dialog", { name: "Settle what Twilio left unsure" });
  await dialog.getByText("2 messages are unsure in this span.").waitFor();
  await picture(page, "messages-settle-light");
  await dialog.getByLabel("What became of them").selectOption("They did not arrive: send again");
  await dialog.getByRole("button", { name: "Settle 2 messages" }).press("Enter");
  await page.getByText("2 messages settled, 2 in line to be sent again.").waitFor();
  expect(await messageStates()).toEqual(["stored", "stored"]);
  expect(complaints).toEqual([]);
});

test("a text is written with its cost in sight; a paused provider is named above, and a suppression keeps the text back", {
  tags: ["long"],
}, async () => {
  await anAgent();
  await aUser({ id: 1001n, firstName: "Uma", lastName: "Ortiz", phone: "+442079460001" });
  const { page, context, complaints } = await aSupervisor();
  await page.goto("/messages?view=providers");
  await press(page, "Pause The outbox");
  await page.getByRole("dialog").getByLabel("Why").fill("incident");
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).press("Enter");
  await page.getByText("The outbox is paused until somebody resumes it.").waitFor();
  await page.getByText("Paused by Sam Staff: incident").waitFor();
  await press(page, "Write a message…");
  const form = page.getByRole("dialog", { name: "Write a message" });
  await form.getByLabel("Customer").fill("Uma");
  await form.getByRole("button", { name: /^Uma Ortiz/ }).press("Enter");
  await form.getByLabel("From").fill("+1 415 555 0100");
  await form.getByLabel("Message").fill("We call you at 15:30 – ł");
  await form.getByText("1 segment of UCS-2, because of – ł; 46 left in it.").waitFor();
  await picture(page, "messages-compose-light");
  await form.getByLabel("Message").fill("We call you at 15:30.");
  await form.getByText("1 segment of GSM-7; 139 left in it.").waitFor();
  await form.getByRole("checkbox").press("Space");
  await form.getByRole("button", { name: "Send", exact: true }).press("Enter");
  await story(page).getByText("It is in the queue").waitFor();
  await drainMessages();
  await story(page).getByText("Its provider is paused until somebody resumes it").waitFor();
  await page.getByText("1 message waits for it; none is lost.").waitFor();
  await press(page, "Suppressions");
  await press(page, "Suppress somebody…");
  const suppress = page.getByRole("dialog", { name: "Suppress somebody" });
  await suppress.getByLabel("Recipient").fill("+44 20 7946 0001");
  await suppress.getByLabel("Why").fill("asked by telephone");
  await suppress.getByRole("button", { name: "Send nothing more" }).press("Enter");
  await page.getByRole("cell", { name: /^\+44 20 7946 0001/ }).waitFor();
  await press(page, "Resume the outbox");
  await page.getByText("The outbox is paused").waitFor({ state: "detached" });
  await drainMessages();
  await press(page, "Conversations");
  await press(page, "Uma Ortiz");
  await page.getByText("Somebody has suppressed this recipient; it was not sent.").waitFor();
  await press(page, "Suppressions");
  await press(page, "Lift the suppression of +44 20 7946 0001");
  await page.getByRole("dialog").getByLabel("Why").fill("a mistake");
  await page.getByRole("dialog").getByRole("button", { name: "Lift the suppression" }).press("Enter");
  await page.getByText("Nobody is suppressed.").waitFor();
  await press(page, "Conversations");
  await press(page, "Uma Ortiz");
  await press(page, "Write to them…");
  await page.getByRole("dialog").getByLabel("Message").fill("We call you at 16:00.");
  await page.getByRole("dialog").getByRole("checkbox").press("Space");
  await page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).press("Enter");
  await story(page).getByText("It is in the queue").waitFor();
  await drainMessages();
  await press(page, "Outbox");
  await page.getByRole("region", { name: "Outbox" }).getByText("We call you at 16:00.").waitFor();
  expect(complaints).toEqual([]);
  // On a telephone the filters are behind one button.
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByLabel("Channel").waitFor({ state: "hidden" });
  await press(page, "Filters");
  await page.getByLabel("Channel").selectOption("sms");
  await page.getByRole("button", { name: "Filters 1 set" }).waitFor();
  // Nothing says that it is live while the server cannot be reached.
  await context.setOffline(true);
  await page.getByText("not live", { exact: true }).waitFor();
  await context.setOffline(false);
  await page.getByText("live", { exact: true }).waitFor();
  await expectInvariants();
});
