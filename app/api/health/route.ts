import { z } from "zod";
import { methods, route } from "#lib/http/route";
import { health } from "#modules/monitoring";
import { healthAnswer } from "#schema/monitoring";

const summary = "Whether this instance can serve; 503 says what is wrong.";
const body = { input: z.strictObject({}), answer: healthAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/health", {
  GET: route({ who: "anyone", summary, ...body, isDown: ({ ok }) => !ok, read: health }),
});
