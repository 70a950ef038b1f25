/** Says once in a run which tests are left out because this machine has not what they need. */
import { hasRedis } from "../fakes/redis-rest.ts";

export function setup(): void {
  if (hasRedis) return;
  process.stdout.write("Left out: the tests on a real Redis, because redis-server is not installed here.\n");
}
