import { expect, test } from "vitest";
import { segmentsOf } from "./segments.ts";

const a = (count: number) => "a".repeat(count);

test.each<[name: string, text: string, encoding: string, segments: number]>([
  ["160 characters fill one part", a(160), "GSM-7", 1],
  ["161 take two", a(161), "GSM-7", 2],
  ["306 fill two", a(306), "GSM-7", 2],
  ["307 take three", a(307), "GSM-7", 3],
  ["80 characters of the extension fill one part", "^".repeat(80), "GSM-7", 1],
  ["80 euro signs, too", "€".repeat(80), "GSM-7", 1],
  ["81 take two", "^".repeat(81), "GSM-7", 2],
  ["an escape stays with its character", `${a(152)}^${a(152)}`, "GSM-7", 3],
  ["a small c with a cedilla is not in GSM-7", "ç", "UCS-2", 1],
  ["nor is a backtick", "`", "UCS-2", 1],
  ["nor is a curly quote", "’", "UCS-2", 1],
  ["nor is a no-break space", "\u00a0", "UCS-2", 1],
  ["nor is a tab", "\t", "UCS-2", 1],
  ["a capital C with a cedilla is", "Ç", "GSM-7", 1],
  ["70 curly quotes fill one part", "’".repeat(70), "UCS-2", 1],
  ["71 take two", "’".repeat(71), "UCS-2", 2],
  ["35 emoji fill one part", "😀".repeat(35), "UCS-2", 1],
  ["36 take two", "😀".repeat(36), "UCS-2", 2],
  ["the halves of an emoji stay together", `${a(66)}😀${a(66)}`, "UCS-2", 3],
  ["the extension counts once inside UCS-2", `${"|".repeat(60)}∞`, "UCS-2", 1],
  ["80 line breaks of two characters fill one part", "\r\n".repeat(80), "GSM-7", 1],
  ["an empty text has no part", "", "GSM-7", 0],
])("%s", (_name, text, encoding, segments) => {
  expect(segmentsOf(text)).toMatchObject({ encoding, segments });
});

test("the characters that make a text cost more are named, each once and in order", () => {
  expect(segmentsOf("“Hi” – it’s “me”").forcedBy).toEqual(["“", "”", "–", "’"]);
  expect(segmentsOf("Hi, it's me").forcedBy).toEqual([]);
});

test("the free units of the last part can be added without another part", () => {
  for (const text of [a(150), a(200), "😀", `${a(152)}^`, "’".repeat(100)]) {
    const { unitsLeft, segments } = segmentsOf(text);
    expect(segmentsOf(text + a(unitsLeft)).segments, text).toBe(segments);
    expect(segmentsOf(text + a(unitsLeft + 1)).segments, text).toBe(segments + 1);
  }
});
