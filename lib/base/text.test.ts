import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freeText, withoutUnseen } from "./text.ts";

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const SCOTLAND = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";
/** Texts of people, with the invisible characters that languages need and those that mislead readers. */
const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("می\u200cخواهم", "क्\u200dष", "👩\u200d👧", SCOTLAND, "\u202e", "\u2066", "\u200f", "\u061c"),
    ),
  )
  .map((parts) => parts.join(""));

describe("free text", () => {
  test("no character that turns the direction of writing is left, between any others", () => {
    fc.assert(fc.property(words, (text) => !BIDI.test(withoutUnseen(text))));
  });

  test("joiners and the flags of regions stay, each where it was", () => {
    const needed = (text: string) => text.match(new RegExp(`\u200c|\u200d|${SCOTLAND}`, "gu")) ?? [];
    fc.assert(
      fc.property(words, (text) => {
        expect(needed(withoutUnseen(text))).toEqual(needed(text));
      }),
    );
  });

  test.each(["\u0600١٢", "قال\u06dd١", "\u070fܐܒ", "\u{110bd}१", "ᠮᠣᠩᠭᠣᠯ\u180eᠠ"])(
    "a sign that is written around numbers or words stays: %j",
    (text) => expect(withoutUnseen(text)).toBe(text),
  );

  test.each(["\u200d", "\u200c \t\n", "\u3164\u115f", "\u2800", "\ufe0f\u034f"])(
    "a text of which nothing is seen is empty: %j",
    (text) => {
      expect(freeText().trim().min(1).safeParse(text).success).toBe(false);
      expect(freeText().trim().min(1).parse(`${text}a`)).toContain("a");
    },
  );

  test.each(["\r\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029"])("%j is a line break between two words", (end) => {
    expect(withoutUnseen(`one${end}two`)).toBe("one\ntwo");
  });

  test("clean text stays as it is, so cleaning twice is cleaning once", () => {
    fc.assert(
      fc.property(words, (text) => {
        const clean = withoutUnseen(text);
        expect(withoutUnseen(clean)).toBe(clean);
      }),
    );
  });
});
