import { z } from "zod";
import { count, duration, httpAddress, listOf } from "#lib/base/setting";

export const limits = {
  queueMaintenanceSeconds: {
    variable: "PGBOSS_MAINTENANCE_INTERVAL",
    meaning: "How often the queues of runs are looked after: expired jobs, old ones.",
    usual: "30s",
    ...duration(3_600),
  },
  queueArchiveSeconds: {
    variable: "PGBOSS_ARCHIVE_AFTER",
    meaning: "How long a finished job stays in its queue. The results of a run stay in any case.",
    usual: "24h",
    ...duration(365 * 86_400),
  },
  workerConcurrency: count({
    variable: "QUEUE_WORKER_CONCURRENCY",
    meaning: "How many jobs one worker works on simultaneously.",
    usual: 10,
    max: 200,
  }),
};

/** The access to outside models; the models `mock/...` need none of it. */
export const services = {
  AI_BASE_URL: {
    meaning:
      "The address at which models are asked over the OpenAI-compatible protocol; the models mock/... need none.",
    schema: httpAddress("must be the address of an API, such as https://api.openai.com/v1").optional(),
  },
  AI_API_KEY: { meaning: "The key with which models are asked.", schema: z.string().min(1).optional() },
  AI_MOCK_PACE: {
    meaning:
      "How long the models mock/... think: lifelike, for seconds, so that a run can be watched and paused; or quick.",
    usual: "lifelike",
    schema: z.enum(["lifelike", "quick"]),
  },
  AI_MODELS: {
    meaning: "The models that runs may name, such as gpt-5,mistral-large.",
    usual: "",
    schema: listOf(z.string().regex(/^(?!mock\/)[\w.:/-]{1,200}$/, "must be names of models, with commas")).refine(
      (names) => names.length <= 200,
      "must be at most 200 names",
    ),
  },
};
