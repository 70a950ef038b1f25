import { expect, test } from "vitest";
import { Recent } from "#lib/base/recent";

test("a flood of new keys drops no key that is in use, and no more keys than the limit are kept", () => {
  const recent = new Recent<number>(3);
  recent.set("in use", 1);
  for (let n = 0; n < 10; n += 1) {
    recent.set(`stranger ${n}`, n);
    expect(recent.get("in use")).toBe(1);
  }
  const kept = Array.from({ length: 10 }, (_, n) => `stranger ${n}`).filter((key) => recent.has(key));
  expect(kept).toEqual(["stranger 8", "stranger 9"]);
  recent.delete("in use");
  expect(recent.get("in use")).toBeUndefined();
});
