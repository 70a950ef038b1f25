import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/**
 * Makes sure that `child` ends when this process ends, in any way: a guard process then sends it `signal`, waits for its end
 * and deletes `folder`, if given. Returns a function for an orderly end, which makes the guard do that now.
 */
export function guard(child: ChildProcess, signal: NodeJS.Signals, folder?: string): () => Promise<void> {
  const file = join(import.meta.dirname, "guard-process.mjs");
  const watcher = spawn(process.execPath, [file, String(child.pid), signal, ...(folder ? [folder] : [])], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.unref();
  const gone = once(watcher, "exit");
  return async () => {
    watcher.ref();
    watcher.stdin.end();
    await gone;
  };
}
