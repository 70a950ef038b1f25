/** Runs in every test file before its tests are known; see hooks.ts. */
import { afterAll, afterEach, beforeEach, vi } from "vitest";
import { runAfter, runBefore, runEnds } from "./hooks.ts";
import "./console.ts";
import "./network.ts";

vi.mock("next/server", async () => ({ after: (await import("./after-answer.ts")).leaveForLater }));

beforeEach(runBefore);
afterEach(runAfter);
afterAll(runEnds);
