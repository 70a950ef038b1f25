import { expect, test } from "vitest";
import { viewsOf } from "./saved-views.tsx";

test.each([null, "", "{", "7", '{"name":"a"}', '[{"name":"","search":""},{"name":7,"search":""},null]'])(
  "stored text that is no view, %s, is ignored",
  (text) => {
    expect(viewsOf(text)).toEqual([]);
  },
);

test("views are found as they were saved, and no more than twelve", () => {
  const many = Array.from({ length: 13 }, (_, n) => ({ name: `View ${n}`, search: "show=late" }));
  expect(viewsOf(JSON.stringify(many))).toEqual(many.slice(0, 12));
});
