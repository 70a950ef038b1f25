import "#tests/setup/database";
import { expect, test } from "vitest";
import { callbackAddress, isSignedMessageId, readSmtpUrl } from "./access.ts";

test("the address for the status of a message names that message, and no other", () => {
  const { origin, pathname, searchParams } = new URL(callbackAddress("https://desk.example.com/", "0198-a"));
  expect(origin + pathname).toBe("https://desk.example.com/api/webhooks/twilio/message-status");
  const signature = searchParams.get("signature") ?? "";
  expect(isSignedMessageId("0198-a", signature)).toBe(true);
  expect(isSignedMessageId("0198-b", signature)).toBe(false);
  expect(isSignedMessageId("0198-a", "")).toBe(false);
});
test.each([
  [
    "smtps://me:p%40ss@mail.example.com",
    { port: 465, secure: true, isHere: false, login: { user: "me", pass: "p@ss" } },
  ],
  ["smtp://mail.example.com", { port: 587, secure: false, isHere: false, login: null }],
  ["smtp://localhost:2525", { port: 2525, secure: false, isHere: true }],
  ["smtp://[::1]:2525", { host: "::1", isHere: true }],
])("the address %s says how the server is reached", (url, access) => {
  expect(readSmtpUrl(url)).toMatchObject(access);
});
