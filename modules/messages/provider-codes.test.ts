import { expect, test } from "vitest";
import { enhancedCodeIn, smtpVerdict, TWILIO_CODES, twilioDeliveryVerdict, twilioVerdict } from "./provider-codes.ts";
import { headerFault, redacted } from "./transports/transport.ts";

test.each<[code: string | null, status: number, errorClass: string]>([
  ["21610", 400, "recipient"],
  ["21614", 400, "recipient"],
  ["21211", 400, "permanent"],
  ["21617", 400, "permanent"],
  ["20003", 401, "ours"],
  ["21408", 400, "ours"],
  ["20429", 429, "throttled"],
  ["21611", 429, "throttled"],
  // Known code, before the status.
  ["20500", 400, "transient"],
  // A code that is not in the table counts by its status.
  ["99999", 400, "permanent"],
  [null, 400, "permanent"],
  [null, 410, "permanent"],
  [null, 422, "permanent"],
  ["99999", 499, "permanent"],
  [null, 401, "ours"],
  [null, 429, "throttled"],
  [null, 408, "transient"],
  [null, 500, "transient"],
  ["99999", 503, "transient"],
  // Neither an answer of the API nor an error: somebody in between.
  [null, 302, "transient"],
])("an answer of Twilio with code %s and status %i is %s", (code, status, errorClass) => {
  expect(twilioVerdict(code, status).errorClass).toBe(errorClass);
});

test("a stop is meant for the sender it was sent to, a dead number is dead for all", () => {
  expect(twilioVerdict("21610", 400).suppression).toEqual({ reason: "stop", scope: "sender" });
  expect(twilioDeliveryVerdict("30005").suppression).toEqual({ reason: "bounce", scope: "any" });
});

test("a network that filters us is our fault: nobody is suppressed for our reputation", () => {
  expect(twilioDeliveryVerdict("30007")).toMatchObject({ errorClass: "ours" });
  expect(twilioDeliveryVerdict("30007").suppression).toBeUndefined();
  expect(smtpVerdict(550, "5.7.1")).toMatchObject({ errorClass: "ours" });
  expect(smtpVerdict(550, "5.7.26").suppression).toBeUndefined();
});

test("a message that was handed over is tried again only for a code that is known to heal", () => {
  expect(twilioDeliveryVerdict("30003").errorClass).toBe("transient");
  expect(twilioDeliveryVerdict("99999").errorClass).toBe("permanent");
  expect(twilioDeliveryVerdict(null).errorClass).toBe("permanent");
});

test("only the fault of a recipient suppresses, and each of those does", () => {
  for (const [code, { errorClass, suppression }] of Object.entries(TWILIO_CODES)) {
    expect(suppression !== undefined, code).toBe(errorClass === "recipient");
  }
});

test.each<[reply: number, enhanced: string | null, errorClass: string]>([
  [550, "5.1.1", "recipient"],
  [550, "5.1.10", "recipient"],
  [553, "5.1.8", "ours"],
  [550, "5.2.1", "recipient"],
  [552, "5.2.2", "permanent"],
  [550, "5.7.1", "ours"],
  [535, "5.7.8", "ours"],
  [535, null, "ours"],
  [550, null, "permanent"],
  [554, null, "permanent"],
  [550, "5.4.1", "permanent"],
  [421, "4.7.0", "throttled"],
  [421, "4.7.28", "throttled"],
  [451, "4.7.1", "transient"],
  [450, "4.2.1", "transient"],
  [421, null, "transient"],
  [499, null, "transient"],
  [599, "5.9.9", "permanent"],
])("an SMTP reply %i %s is %s", (reply, enhanced, errorClass) => {
  expect(smtpVerdict(reply, enhanced).errorClass).toBe(errorClass);
});

test.each([
  ["550 5.1.1 No such user", "5.1.1"],
  ["550-5.1.1 The account does not exist", "5.1.1"],
  ["550 No such user 5.1.1", null],
  // A vendor that calls a refusal transient: the reply decides.
  ["550 4.2.1 another sentence", null],
  ["5.1.1", null],
  ["", null],
])("the enhanced code of %j is %s", (reply, code) => {
  expect(enhancedCodeIn(reply)).toBe(code);
});

test.each(["a\r\nBcc: x@example.com", "a\nb", "a\0", "a\u2028b", "a\u0085b", "\ud800"])(
  "a value that would begin another header, or hides something, is refused: %j",
  (value) => {
    expect(headerFault("subject", value)).toContain("The subject holds a line break");
  },
);

test("the parts of a message that a provider repeats are not shown, in any spelling", () => {
  const message = {
    id: "1",
    from: "+14155550100",
    to: "Ana.B@Example.com",
    subject: "Hi (you)?",
    body: "Line one\nline two",
  };
  const said = "550 <ana.b@example.COM> by 14155550100: hi (you)? line one line two +14155550100";
  expect(redacted(said, message)).toBe("550 <…> by …: … … …");
});

test("an ordinary subject is let through", () => {
  expect(headerFault("subject", "Ihr Rückruf um 15:30 – bis gleich 😀")).toBeNull();
});
