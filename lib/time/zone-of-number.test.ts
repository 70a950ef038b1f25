import { expect, test } from "vitest";
import { zoneGuessOf, zoneOfNumber } from "#lib/time/zone-of-number";

test.each([
  ["+44 20 7946 0001", "Europe/London"],
  ["0044 20 7946 0001", "Europe/London"],
  ["+353 1 555 0100", "Europe/Dublin"],
  ["(+49) 30 555 0100", "Europe/Berlin"],
  ["+91 22 2345 6789", "Asia/Kolkata"],
  ["+1 876 555 0100", "America/Jamaica"],
  ["+1 415 555 0100", null],
  ["+34 91 555 01 00", null],
  ["+61 2 5550 0100", null],
  ["020 7946 0001", null],
  ["no number", null],
])("%s is in %s", (phone, zone) => expect(zoneOfNumber(phone)).toBe(zone));

test.each([
  ["+44 20 7946 0001", "America/New_York", "Europe/London"],
  ["+1 415 555 0100", "UTC", "America/Chicago"],
  ["+1 415 555 0100", "America/Los_Angeles", "America/Los_Angeles"],
  ["tel:+61255500100", "Europe/London", "Australia/Sydney"],
  ["020 7946 0001", "Europe/London", "Europe/London"],
])("%s, called from %s, is taken to be in %s", (phone, desk, zone) => expect(zoneGuessOf(phone, desk)).toBe(zone));
