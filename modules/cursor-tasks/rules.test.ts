import { describe, expect, test } from "vitest";
import { cleanText } from "./rules.ts";

describe("text of a stranger", () => {
  test.each([
    ["Persian words with their joiner", "می\u200cخواهم"],
    ["Indic conjuncts", "क्\u200dष"],
    ["a family", "👩\u200d👩\u200d👧"],
    ["the flag of Scotland", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"],
    ["lines and tabs", "one\n\ttwo"],
  ])("keeps what language needs: %s", (_what, text) => {
    expect(cleanText(text)).toBe(text);
  });

  test.each([
    ["an override of direction", "invoice\u202egpj.exe", "invoicegpj.exe"],
    ["isolates and marks", "\u2066a\u2069\u200e\u200f\u061cb", "ab"],
    ["tags that are no flag", "a\u{e0068}\u{e0069}b", "ab"],
    ["colours of a terminal", "\u001b[31mred", "[31mred"],
    ["a byte order mark", "\ufeffa", "a"],
    ["half of a pair", "a\ud800", "a\ufffd"],
  ])("loses what is not to be seen: %s", (_what, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });
});
