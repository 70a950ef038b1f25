import { expect, test } from "vitest";
import { dialLink, isDialLink } from "./dial-link.ts";

test.each([
  ["tel:{number}", "+442079460001;ext=12", "tel:+442079460001;ext=12"],
  ["tel:{number}", "+442079460001", "tel:+442079460001"],
  ["sip:{number}@pbx.example", "+442079460001;ext=12", "sip:+442079460001@pbx.example"],
  [
    "https://pbx.example/dial?to={number}&ext={extension}",
    "+442079460001;ext=12",
    "https://pbx.example/dial?to=%2B442079460001&ext=12",
  ],
  ["tel:{number}", null, null],
])("%s dials %s exactly", (template, number, link) => {
  expect(dialLink(template, number)).toBe(link);
});

test("an address of another scheme, or one without a number, is no way to dial", () => {
  for (const template of [
    "javascript:{number}",
    "JavaScript:alert({number})",
    "data:{number}",
    "http://a/{number}",
    "tel:112",
    "",
    " tel:{number}",
  ])
    expect(isDialLink(template), template).toBe(false);
  for (const template of ["tel:{number}", "sip:{number}@pbx.example", "callto:{number}"])
    expect(isDialLink(template), template).toBe(true);
});
