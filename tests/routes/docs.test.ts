import "./call.ts";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import Docs from "../../app/docs/page";
import { CODES } from "#lib/errors";
import { document } from "./api.ts";

test("the page shows every operation and every code, and loads nothing from outside", async () => {
  const page = renderToStaticMarkup(await Docs());
  for (const [address, methods] of Object.entries(document.paths)) {
    expect(page).toContain(address);
    for (const { operationId, summary } of Object.values(methods)) {
      expect(page).toContain(`id="${operationId}"`);
      expect(page).toContain(summary.replaceAll("'", "&#x27;"));
    }
  }
  for (const code of Object.keys(CODES)) expect(page).toContain(`id="${code}"`);
  expect(page).not.toMatch(/<(script|link|img|iframe)/);
  expect(page).not.toContain("undefined");
});
