import { expect, test } from "vitest";
import { HEARTBEAT_MS } from "../_ui/heartbeat.ts";
import { silentMinutes } from "./silence.ts";

test.each([1, 2, 3, 4, 30, 1440])(
  "a page out of touch warns before its call goes back after %i min, and never between two heartbeats",
  (minutes) => {
    const ends = minutes * 60;
    const at = (now: number) => silentMinutes({ alive: 0, ends, now });
    expect(at(HEARTBEAT_MS / 1_000)).toBe(0);
    expect(at(ends - 1)).toBe(Math.max(1, minutes - 1));
    expect(at(ends + 3_600)).toBe(minutes + 60);
  },
);
