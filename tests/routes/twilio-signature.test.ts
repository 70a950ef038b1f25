/** The signatures that webhooks of Twilio need. Titles name the row W1 of the list of attacks on web hooks. */
process.env.RINGBACK_URL = "https://desk.example.com";
process.env.TWILIO_ACCOUNT_SID = `AC${"0".repeat(32)}`;
process.env.TWILIO_AUTH_TOKEN = "the-new-token-of-the-tests,the-old-token-of-the-tests";

import "#tests/setup/database";
import { expect, test } from "vitest";
import { isOfNow, isSignedBy } from "#lib/http/signature";
import { twilioSignature } from "../../modules/messages/senders.ts";

test("W1 Twilio: the example in their documentation is signed as they sign it", () => {
  const form = new URLSearchParams({
    Digits: "1234",
    To: "+18005551212",
    From: "+14158675309",
    Caller: "+14158675309",
    CallSid: "CA1234567890ABCDE",
  });
  const address = "https://mycompany.com/myapp.php?foo=1&bar=2";
  expect(twilioSignature("12345", address, form)).toBe("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
});

const PATH = "/api/webhooks/twilio/message-status?message=0198-a&signature=abc_-";
const FORM = "MessageSid=SM1&MessageStatus=delivered&Body=a+b%20c%26d&MediaUrl=2&MediaUrl=1&MediaUrl=2";
const signed = (address: string, token = "the-new-token-of-the-tests", form = FORM) =>
  twilioSignature(token, address, new URLSearchParams(form));
/** As it comes in behind a proxy: to an address that Twilio never called. */
const believed = (signature: string, { path = PATH, form = FORM } = {}) =>
  isSignedBy(
    "twilio",
    new Request(`http://10.0.0.7:3000${path}`, { method: "POST", headers: { "x-twilio-signature": signature } }),
    Buffer.from(form),
  );

test("W1 Twilio: behind a proxy the address that counts is the one people open, with or without its port", () => {
  expect(believed(signed(`https://desk.example.com${PATH}`))).toBe(true);
  expect(believed(signed(`https://desk.example.com:443${PATH}`))).toBe(true);
  expect(believed(signed(`http://10.0.0.7:3000${PATH}`))).toBe(false);
});

test("W1 Twilio: while the token is changed both are believed, and no other", () => {
  const address = `https://desk.example.com${PATH}`;
  expect(believed(signed(address, "the-old-token-of-the-tests"))).toBe(true);
  expect(believed(signed(address, "another-token-of-the-tests"))).toBe(false);
  expect(believed("")).toBe(false);
});

test("W1 Twilio: a signature is of this address, with its query, and of this form", () => {
  const good = signed(`https://desk.example.com${PATH}`);
  expect(believed(good, { path: PATH.replace("0198-a", "0198-b") })).toBe(false);
  expect(believed(good, { path: "/api/webhooks/twilio/inbound" })).toBe(false);
  expect(believed(good, { form: FORM.replace("delivered", "failed") })).toBe(false);
  expect(believed(good, { form: `${FORM}&More=1` })).toBe(false);
});

test("W2 Twilio: no time is signed, so what is believed once is believed again; it is taken once", () => {
  expect(isOfNow("twilio", new Request("http://localhost/"), new Date(0))).toBe(true);
});
