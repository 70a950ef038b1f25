import { z } from "zod";
import { methods, query } from "#lib/http/route";
import { metrics } from "#modules/monitoring";

const summary = "Metrics in the text format of Prometheus.";
const body = { input: z.strictObject({}), answer: z.string(), type: "text/plain; version=0.0.4; charset=utf-8" };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/metrics", {
  GET: query({ who: ["service", "scraper"], summary, ...body, read: metrics }),
});
