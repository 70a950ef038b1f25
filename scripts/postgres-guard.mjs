// Waits until the process that started a PostgreSQL server is gone, then stops that server and, for a throw-away one,
// deletes its files. A pipe is the sign: the system closes it however that process ended.
import { rm } from "node:fs/promises";

const [pid, folder] = process.argv.slice(2);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
for await (const _ of process.stdin);

const isThere = () => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};
if (isThere()) process.kill(Number(pid), "SIGINT");
for (let i = 0; i < 600 && isThere(); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
if (folder && !isThere()) await rm(folder, { recursive: true, force: true });
