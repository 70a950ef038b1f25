import { access } from "./access/module.ts";
import { agents } from "./agents/module.ts";
import { callMemory } from "./call-memory/module.ts";
import { callQueue } from "./call-queue/module.ts";
import { callbacks } from "./callbacks/module.ts";
import { calls } from "./calls/module.ts";
import { cursorTasks } from "./cursor-tasks/module.ts";
import { demo } from "./demo/module.ts";
import { desk } from "./desk/module.ts";
import { durableQueue } from "./durable-queue/module.ts";
import { jobs } from "./jobs/module.ts";
import { messages } from "./messages/module.ts";
import { monitoring } from "./monitoring/module.ts";
import { personalData } from "./personal-data/module.ts";
import { runs } from "./runs/module.ts";
import { settings } from "./settings/module.ts";
import type { Invariant, Module } from "./module.ts";

/**
 * All modules; a module that is not in this list fails the tests. An erasure and the retention go through them in this order: a
 * task before the callback it became, a callback before the calls and the queue entries that it needs.
 */
export const modules: readonly Module[] = [
  cursorTasks,
  personalData,
  callbacks,
  calls,
  callQueue,
  messages,
  runs,
  jobs,
  access,
  agents,
  callMemory,
  demo,
  desk,
  durableQueue,
  monitoring,
  settings,
];

/** All invariants, for `npm run verify`, and for the tests, which check them after every step. */
export const invariants: readonly Invariant[] = modules.flatMap((module) => module.invariants ?? []);
