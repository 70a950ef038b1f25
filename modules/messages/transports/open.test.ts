import { expect, test } from "vitest";
import "#tests/setup/database";
import { openTransports } from "./open.ts";

test("without credentials nothing leaves: the outbox keeps a message under its own id", async () => {
  const { sms, email } = openTransports();
  expect([sms.name, email.name]).toEqual(["outbox", "outbox"]);
  const message = {
    id: "0198e0a0-0000-7000-8000-000000000001",
    from: "a@b.co",
    to: "c@d.co",
    subject: null,
    body: "x",
  };
  const options = { signal: new AbortController().signal, now: new Date("2026-03-02T09:00:00Z") };
  expect(await email.send(message, options)).toMatchObject({ outcome: "sent", providerId: message.id });
  expect(await sms.send(message, { ...options, signal: AbortSignal.abort() })).toMatchObject({ code: "stopped" });
});
