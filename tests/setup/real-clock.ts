/**
 * Importing this file gives a test file a database of its own with the real `ringback_now()`, for tests of the clock itself. It
 * is not emptied between its tests.
 */
import { afterAll } from "vitest";
import { connect } from "#lib/database/db";
import { cloneDatabase } from "./clone.ts";
import { REAL_CLOCK_TEMPLATE } from "./postgres.ts";

const clone = await cloneDatabase(REAL_CLOCK_TEMPLATE);

/** The address of this file's database. */
export const realClockUrl = clone.url;
/** A handle on this file's database. */
export const realClockDatabase = connect(realClockUrl);

afterAll(async () => {
  await realClockDatabase.$disconnect();
  await clone.drop();
});
