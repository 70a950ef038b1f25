import { z } from "zod";
import { methods, route } from "#lib/http/route";
import { health } from "#modules/monitoring";
import { healthAnswer } from "#schema/monitoring";

const summary = "Whether this instance can serve; 503 with what is wrong when it cannot.";
const body = { input: z.strictObject({}), answer: healthAnswer, isDown: ({ ok }: { ok: boolean }) => !ok };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/health", {
  GET: route({ who: ["anyone"], uncounted: true, summary, ...body, read: health }),
});
