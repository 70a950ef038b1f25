import { z } from "zod";
import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { listProviders } from "#modules/messages";
import { providersAnswer } from "#schema/messages";

const summary = "The providers, and which of them is paused.";
const body = { input: z.strictObject({}), answer: providersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/providers", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: listProviders }),
});
