import { expect, test } from "vitest";
import "#lib/base/input-words";
import { instantIn } from "#lib/base/ids";
import { DEFAULT_LIMITS } from "#lib/base/env";
import { readTextNumber } from "#lib/base/phone";
import { addressOf, withOneDomain } from "./addresses.ts";
import { emailInput, smsInput } from "./schema.ts";

const text = { customerId: 1001, from: "+14155550100", to: "+442079460001", body: "Hello" };

test.each([
  ["+44 20 7946 0001", null, "+442079460001"],
  ["\u202a+44 20 7946 0001\u202c", null, "+442079460001"],
  ["+44 (0)20 7946 0001", null, "+442079460001"],
  ["＋４４ 20 7946 0001", null, "+442079460001"],
  ["+٤٤ ٢٠ ٧٩٤٦ ٠٠٠١", null, "+442079460001"],
  ["0044 20 7946 0001", null, "+442079460001"],
  ["020 7946 0001", "GB", "+442079460001"],
  ["(415) 555-0100", "US", "+14155550100"],
  ["020 7946 0001", null, null],
  ["442079460001", null, null],
  ["(+44) 20-7946.0001", null, "+442079460001"],
  ["+1 800 555 0100", null, "+18005550100"],
  ["+800 1234 5678", null, null],
  ["+1 900 555 0100", null, null],
  ["+44 909 8790 123", null, null],
  ["12345", "GB", null],
  ["112", "DE", null],
  ["tel:+442079460001", null, null],
  ["+44 20 7946 0001 x12", null, null],
  ["+44 20 7946 0001 #12", null, null],
  ["+44 20 7946 0001, +44 20 7946 0002", null, null],
  ["+1 415 555 0100 1", null, null],
  ["+999 1234 5678", null, null],
  ["+", "GB", null],
])("the number %s of %s is %s", (given, country, number) => {
  expect(readTextNumber(given, country)).toBe(number);
});

test.each([
  ["Uma.Ortiz@Example.COM", "Uma.Ortiz@example.com"],
  ["uma@Bücher.example", "uma@xn--bcher-kva.example"],
  ["uma@ex%41mple.com", "uma@ex%41mple.com"],
  ["uma@[127.0.0.1]", "uma@[127.0.0.1]"],
  ["@example.com", "@example.com"],
  ["+442079460001", "+442079460001"],
])("the domain of %s is written in one way: %s", (given, address) => {
  expect(withOneDomain(given)).toBe(address);
});

test.each([
  [`uma@${"b".repeat(63)}.example`, true],
  [`uma@${"b".repeat(64)}.example`, false],
  [`uma@mail.${"b".repeat(64)}.example`, false],
  [`${"u".repeat(65)}@example.com`, false],
  ["uma(home)@example.com", false],
  ["Uma <uma@example.com>", false],
])("whether an e-mail can be sent to %s: %s", (given, isTaken) => {
  const addressed = () => addressOf({ limits: DEFAULT_LIMITS }, "email", "to", given);
  if (isTaken) expect(addressed()).toBe(given);
  else expect(addressed).toThrow("this is no e-mail address");
});

test.each([
  ["пример@example.com", "letters beyond a to z before the @ are not taken, because many mail servers refuse them"],
  ["josé.núñez@Bücher.example", "letters beyond a to z before the @ are not taken"],
  ['"uma ortiz"@example.com', "a name in quotes before the @ is not taken, because many mail servers refuse it"],
  ["“uma”@example.com", "this is no e-mail address"],
  ["josé@example", "this is no e-mail address"],
  ['""@example.com', "this is no e-mail address"],
])("an e-mail to %s is refused, because %s", (given, why) => {
  expect(() => addressOf({ limits: DEFAULT_LIMITS }, "email", "to", given)).toThrow(why);
});

test.each(["r&d@example.com", "bounce+uma=example.org@example.com", "o'neill@example.com", "uma/sales@example.com"])(
  "an e-mail can be sent to %s",
  (given) => {
    expect(addressOf({ limits: DEFAULT_LIMITS }, "email", "to", given)).toBe(given);
    expect(addressOf({ limits: DEFAULT_LIMITS }, "email", "to", `mailto:${given}\u200b `)).toBe(given);
  },
);

test.each(["uma..o@example.com", ".uma@example.com", "uma.@example.com", "uma@localhost", "u ma@example.com"])(
  "%s is no e-mail address",
  (given) => expect(() => addressOf({ limits: DEFAULT_LIMITS }, "email", "to", given)).toThrow("no e-mail address"),
);

test.each([
  ["2026-03-02T15:00:00Z", true],
  ["2026-03-02T15:00:00.123456+14:00", true],
  ["2026-03-02T15:00:00-12:00", true],
  ["9998-12-31T23:59:59-12:00", true],
  // RFC 3339 permits small letters.
  ["2026-03-02t15:00:00z", true],
  ["2026-03-02t15:00:00.5+02:00", true],
  // The database cannot read a time that no clock shows, either.
  ["2026-03-02T15:00:00+16:00", false],
  ["2026-03-02T15:00:00-23:59", false],
  ["2026-06-30T23:59:60Z", false],
  ["2026-02-29T12:00:00Z", false],
  ["9999-12-31T23:59:59-12:00", false],
  ["1899-12-31T23:59:59Z", false],
  ["+010000-01-01T00:00:00Z", false],
  ["2026-03-02T15:00:00", false],
  ["2026-03-02", false],
])("whether %s is a time that can be kept: %s", (given, isTaken) => {
  expect(instantIn.safeParse(given).success).toBe(isTaken);
});

test("a time in small letters is the same time in capital ones", () => {
  const { sentAt } = smsInput.parse({ ...text, sentAt: "2026-03-02t15:00:00.5z" });
  expect(sentAt).toBe("2026-03-02T15:00:00.5Z");
});

test.each(["2026-06-30T23:59:60Z", "2016-12-31t23:59:60.25z", "2017-01-01T08:59:60+09:00"])(
  "the leap second %s is refused with words that say so",
  (given) => {
    expect(instantIn.safeParse(given).error?.issues.map(({ message }) => message)).toEqual([
      "must not be a leap second, which no clock here shows; send the second after it",
    ]);
  },
);

test.each([
  ["a key that cannot be stored", { metadata: { "a\0": 1 } }],
  ["half of a character in a key", { metadata: { "\ud83d": 1 } }],
  ["a list in metadata", { metadata: { a: [1] } }],
  ["a number that no JSON holds exactly", { metadata: { a: 12345678901234567890n } }],
  ["51 entries", { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, n])) }],
  ["a body of which nothing is seen", { body: "\u200b\u2060 \n" }],
  ["a body of joiners and fillers", { body: "\u200d \u3164\u2800\ufe0f" }],
  ["a body of more units than a text takes", { body: "😀".repeat(801) }],
  ["half of a character in a body", { body: "a\ud83d" }],
  ["an empty key", { idempotencyKey: "" }],
  ["a key of 256 letters", { idempotencyKey: "k".repeat(256) }],
  ["a key beyond ASCII", { idempotencyKey: "schlüssel" }],
  ["a key with a line break", { idempotencyKey: "a\nb" }],
  ["an unknown field", { mediaUrl: "https://example.com" }],
  ["a customer that is no id", { customerId: "01" }],
])("%s is refused, with a sentence that says what it must be", (_name, given) => {
  expect(smsInput.safeParse(text).success).toBe(true);
  const [issue] = smsInput.safeParse({ ...text, ...given }).error?.issues ?? [];
  expect(issue?.message).toMatch(/^must |^holds /);
});

test("a text may have as many emoji as its provider takes, and as many letters", () => {
  for (const body of ["😀".repeat(800), "a".repeat(1_600), "👩‍👧"])
    expect(smsInput.safeParse({ ...text, body }).success).toBe(true);
});

test.each([
  ["to", "no text can be sent to this number"],
  ["recipient", "no text can be sent to this number"],
  ["from", "no text can be sent from this number"],
  ["sender", "no text can be sent from this number"],
])("a wrong number in %s is refused, because %s", (name, why) => {
  expect(() => addressOf({ limits: DEFAULT_LIMITS }, "sms", name, "12345")).toThrow(`${name}: ${why}`);
});

test("nothing turns the direction of a message, and what its language needs stays", () => {
  const given = "A\u202eB\u2066C\u2069\u200f\u061c \u06cc\u200c\u0645 \u{1f468}\u200d\u{1f469} so\u00adft\r\n";
  const kept = "ABC \u06cc\u200c\u0645 \u{1f468}\u200d\u{1f469} so\u00adft\r\n";
  expect(smsInput.parse({ ...text, body: given }).body).toBe(kept);
  const email = { ...text, from: "desk@example.com", to: "uma@example.com", body: given, subject: `S${given}` };
  expect(emailInput.parse(email)).toMatchObject({ body: kept, subject: `S${kept}` });
  expect(smsInput.safeParse({ ...text, body: "\u202e\u2066" }).success).toBe(false);
});
