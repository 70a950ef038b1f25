import type { Codes } from "#lib/base/code";

export const codes = {
  task_differs: { status: 409, meaning: "A task with this id and other content is registered already." },
  task_expired: { status: 409, meaning: "The task expired; register a new one." },
  launch_failed: { status: 502, meaning: "The service that works on tasks did not start this one; `detail` says why." },
} as const satisfies Codes;
