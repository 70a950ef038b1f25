import { methods, route } from "#lib/http/route";
import { callbackMonitoring } from "#modules/monitoring";
import { monitoringAnswer, monitoringInput } from "#schema/monitoring";

const summary = "How well promises were kept in the last hours, and what needs somebody.";
const body = { input: monitoringInput, answer: monitoringAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/debug/callback-monitoring", {
  GET: route({ who: "service", summary, ...body, read: callbackMonitoring }),
});
