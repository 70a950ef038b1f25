import { command, methods } from "#lib/http/route";
import { launchTask } from "#modules/cursor-tasks";
import { launchAnswer, launchInput } from "#schema/cursor-tasks";

const summary = "Launches a Cursor agent for a registered task; a repeat launches no second one.";
const refuses = ["not_found", "wrong_state", "not_set_up", "launch_failed"] as const;
const body = { input: launchInput, answer: launchAnswer, once: false } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cursor-tasks/:taskId/launch", {
  POST: command({ who: ["service"], summary, ...body, refuses, run: launchTask }),
});
