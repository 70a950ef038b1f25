import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Customer } from "./customer.tsx";

type Shown = Parameters<typeof Customer>[0]["hero"];

const shown = (openRequests: number) =>
  renderToStaticMarkup(
    createElement(Customer, {
      hero: {
        user: { id: "1", name: "Uma User", phone: "+44 20 7946 0001", timeZone: "Europe/London", openRequests },
        callback: null,
      } as unknown as Shown,
    }),
  );

test("a next call counts open requests only where there are some", () => {
  expect(shown(2)).toContain("2 open requests");
  expect(shown(1)).toContain("1 open request");
  expect(shown(0)).not.toContain("open request");
});
