/** Browser processes of our own, which can be killed, on a profile that keeps what their pages store. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { afterEveryFile } from "../setup/hooks.ts";
import { chromiumCommand } from "./chromium.ts";

const profiles: string[] = [];
const started: ChildProcess[] = [];

afterEveryFile(async () => {
  for (const one of started.splice(0)) end(one);
  await Promise.all(profiles.splice(0).map((profile) => rm(profile, { recursive: true, force: true, maxRetries: 5 })));
});

export type Started = { browser: Browser; context: BrowserContext; kill: () => Promise<void> };

/** A profile of its own, removed after the file. */
export async function aProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), "ringback-profile-"));
  profiles.push(profile);
  return profile;
}

/**
 * A browser process on this profile; `kill` ends the whole process group without a goodbye, and resolves when the browser is gone,
 * so that the profile can be opened again: two browsers on one profile would damage each other's files.
 */
export async function aBrowser(profile: string): Promise<Started> {
  const { executable, args, env } = await chromiumCommand();
  const all = [...args, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const chromiumProcess = spawn(executable, all, { env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  started.push(chromiumProcess);
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    chromiumProcess.stderr!.on("data", (part) => {
      said += String(part);
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    chromiumProcess.once("exit", (code) => reject(new Error(`Chromium ended with ${code}: ${said}`)));
  });
  const browser = await chromium.connectOverCDP(address, { timeout: 120_000 });
  const kill = async () => {
    const gone = new Promise((resolve) => chromiumProcess.once("exit", resolve));
    const isRunning = chromiumProcess.exitCode === null && chromiumProcess.signalCode === null;
    end(chromiumProcess);
    if (isRunning) await gone;
    await rm(join(profile, "SingletonLock"), { force: true });
  };
  return { browser, context: browser.contexts()[0]!, kill };
}

function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}
