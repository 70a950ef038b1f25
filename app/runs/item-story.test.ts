import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Talk, Timeline } from "./item-story.tsx";

test("what was said is isolated, so that its direction marks do not reverse the figures beside it", () => {
  const turns = [{ asked: "a\u202E", answered: "b\u202E", finishReason: "stop", latencyMs: 100 }];
  const html = renderToStaticMarkup(createElement(Talk, { turns }));
  expect(html.match(/<bdi>[ab]\u202E<\/bdi>/g)).toHaveLength(2);
});

test("the story of an item names the API as every screen does, and a person by name", () => {
  const event = (kind: string, who: string) => ({ at: "2026-03-02T09:00:00Z", kind, who, ...nothing });
  const nothing = { attempt: null, begunAt: null, class: null, error: null };
  const events = [event("queued", "service"), event("retried", "Sam Staff")];
  const html = renderToStaticMarkup(createElement(Timeline, { events, now: Date.parse("2026-03-02T09:00:00Z") }));
  expect(html.match(/by [A-Za-z ]+/g)).toEqual(["by the API", "by Sam Staff"]);
});
