/**
 * A quick hash of passwords, for the files in which only this process checks what it made. One of production takes a fifth of a
 * second and 32 MB on a slow machine, and most tests need only that the right password fits and a wrong one does not. A hash
 * from production, such as a script makes, is checked as there. Cost, turns and timing are tested in files that do not load this.
 */
import { createHash } from "node:crypto";
import { vi } from "vitest";

vi.mock("better-auth/crypto", async (original) => {
  const real = await original<typeof import("better-auth/crypto")>();
  const quick = (password: string) => `quick:${createHash("sha256").update(password.normalize("NFKC")).digest("hex")}`;
  const verifyPassword: typeof real.verifyPassword = async ({ hash, password }) =>
    hash.startsWith("quick:") ? hash === quick(password) : real.verifyPassword({ hash, password });
  return { ...real, hashPassword: async (password: string) => quick(password), verifyPassword };
});
