/** Prints once in a run which tests are left out, and why. */
import type { TestProject } from "vitest/node";
import { hasPython } from "../fakes/python.ts";
import { hasRabbit } from "../fakes/rabbitmq.ts";
import { hasRedis } from "../fakes/redis-rest.ts";

export function setup({ vitest }: TestProject): void {
  const leftOut = [
    ...(vitest.config.tagsFilter?.includes("!long")
      ? ["the long tests, which are a command of their own: npm run test:long"]
      : []),
    ...(hasRedis ? [] : ["the tests on a real Redis, because redis-server is not installed here"]),
    ...(hasRabbit ? [] : ["the tests on a cluster of RabbitMQ, because rabbitmq-server is not installed here"]),
    ...(hasPython ? [] : ["the analyses of runs, because there is no Python 3 (python3) here"]),
  ];
  for (const what of leftOut) process.stdout.write(`Left out: ${what}.\n`);
}
