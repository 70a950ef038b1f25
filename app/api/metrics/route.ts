import { z } from "zod";
import { methods, route } from "#lib/http/route";
import { metrics } from "#modules/monitoring";

const summary = "Metrics in the text format of Prometheus.";
const body = { input: z.strictObject({}), answer: z.string(), text: "text/plain; version=0.0.4; charset=utf-8" };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/metrics", {
  GET: route({ who: ["service", "scraper"], summary, ...body, read: metrics }),
});
