// Waits until the process that started it is gone, then ends another one and, when a folder is given, deletes it
// afterwards. A pipe is the sign: the system closes it however that process ended.
import { rm } from "node:fs/promises";

const [pid, signal, folder] = process.argv.slice(2);
for (const ignored of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(ignored, () => {});
for await (const _ of process.stdin);

const send = (sent) => {
  try {
    return process.kill(Number(pid), sent);
  } catch {
    return false;
  }
};
send(signal);
for (let i = 0; i < 600 && send(0); i += 1) await new Promise((done) => setTimeout(done, 50));
if (folder && !send(0)) await rm(folder, { recursive: true, force: true });
