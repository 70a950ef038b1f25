import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { resumeProvider } from "#modules/messages";
import { resumeInput, steerAnswer } from "#schema/messages";

const summary = "Resumes a provider that is held or paused.";
const body = { input: resumeInput, answer: steerAnswer, refuses: ["wrong_state"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/providers/:transport/resume", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: resumeProvider }),
});
