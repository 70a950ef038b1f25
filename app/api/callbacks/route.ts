import { command, methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { listCallbacks, promiseCallback } from "#modules/callbacks";
import { listAnswer, listInput, promiseAnswer, scheduleInput } from "#schema/callbacks";

const list = { summary: "Callbacks with their users and agents, by page.", input: listInput, answer: listAnswer };
const schedule = { summary: "Promises to call a user at a time.", input: scheduleInput, answer: promiseAnswer };
const location = ({ id }: { id: number }) => `/api/callbacks/${id}`;
const refuses = ["not_found", "do_not_call", "wrong_number", "promise_limit", "not_set_up"] as const;
const made = { status: 201, location, refuses } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks", {
  GET: query({ ...OWN_DESK, ...list, read: listCallbacks }),
  POST: command({ ...OWN_DESK, ...schedule, ...made, run: promiseCallback }),
});
