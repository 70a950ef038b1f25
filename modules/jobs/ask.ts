import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText } from "ai";
import type { ModelAccess } from "./model-access.ts";
import { outbound, OutboundError, type OutboundTools } from "#lib/outbound";
import { unlessAborted } from "#lib/outbound/deadline";
import { askMock, MOCK_MODELS } from "./mock-models.ts";
import type { Answer, Ask, Message } from "./question.ts";
import { ANSWER_MS, classOf, JobError } from "./rules.ts";

/** The access to outside models, and the resolution of names, which tests replace. */
export type Models = Readonly<{ access: ModelAccess | null; tools?: OutboundTools }>;

/** Lists the models that a run may name, each with a description. */
export function knownModels({ access }: Models): { modelId: string; what: string }[] {
  return [
    ...Object.entries(MOCK_MODELS).map(([modelId, { what }]) => ({ modelId, what })),
    ...(access?.models ?? []).map((modelId) => ({ modelId, what: `a model of ${access!.baseUrl.host}` })),
  ];
}

/**
 * Asks a model for one answer. Nothing is retried here: the queue alone retries. Every fault is a JobError with its class.
 */
export async function askModel(models: Models, modelId: string, ask: Ask): Promise<Answer> {
  if (modelId.startsWith("mock/")) return askMock(modelId, ask);
  if (!models.access) {
    throw new JobError(
      "permanent",
      "not_set_up",
      `To ask ${modelId}, set AI_BASE_URL, and AI_API_KEY if it wants one.`,
    );
  }
  return askOutside(models.access, models.tools, modelId, ask);
}

async function askOutside(
  { baseUrl, key }: ModelAccess,
  tools: OutboundTools | undefined,
  modelId: string,
  { messages, maxTokens, signal }: Ask,
): Promise<Answer> {
  const provider = createOpenAICompatible({
    name: "models",
    baseURL: baseUrl.href.replace(/\/$/, ""),
    ...(key !== undefined && { apiKey: key }),
    fetch: throughOutbound(baseUrl, tools),
  });
  // A request without an answer must not outlive its attempt; the timeouts of the library do not ensure that.
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const { text, finishReason, usage } = await generateText({
      model: provider(modelId),
      messages: messages
        .filter(({ role }) => role !== "system")
        .map(({ role, content }) => ({ role: role as "user", content })),
      ...systemOf(messages),
      ...(maxTokens !== null && { maxOutputTokens: maxTokens }),
      maxRetries: 0,
      abortSignal: deadline,
    });
    if (text === "" && finishReason !== "content-filter" && finishReason !== "length") {
      throw new JobError("invalid_output", "empty", `${modelId} answered with nothing.`);
    }
    return { text, finishReason, tokensIn: countOf(usage.inputTokens), tokensOut: countOf(usage.outputTokens) };
  } catch (error) {
    throw faultOf(error, modelId, { ours: signal, deadline });
  }
}

function systemOf(messages: readonly Message[]): { instructions?: string } {
  const system = messages.find(({ role }) => role === "system");
  return system ? { instructions: system.content } : {};
}

/** More tokens than any answer has. */
const MAX_TOKENS = 1_000_000_000;

/** A number of tokens in an answer; null (unknown) for a value that is no such number. */
function countOf(said: number | undefined): number | null {
  return said !== undefined && Number.isInteger(said) && said >= 0 && said <= MAX_TOKENS ? said : null;
}

/**
 * The fault as a JobError, or the reason of `ours` when the worker itself gave up. The words of the other side decide nothing, and
 * are cut short.
 */
function faultOf(error: unknown, modelId: string, { ours, deadline }: Record<"ours" | "deadline", AbortSignal>): Error {
  if (ours.aborted) return ours.reason as Error;
  if (error instanceof JobError) return error;
  if (deadline.aborted) {
    return new JobError("transient", "timeout", `${modelId} did not answer within ${ANSWER_MS / 1_000} seconds.`);
  }
  if (APICallError.isInstance(error)) return faultOfAnswer(error, modelId);
  const { name = "unknown" } = error as Error;
  return new JobError("invalid_output", name, `${modelId} answered in a form that cannot be read.`);
}

function faultOfAnswer(error: APICallError, modelId: string): JobError {
  const { statusCode: status, responseBody, responseHeaders, cause } = error;
  if (cause instanceof OutboundError && cause.kind === "too_large") {
    return new JobError("invalid_output", "too_large", `${modelId}: ${cause.message}`);
  }
  const code = codeIn(responseBody);
  const kind = status === undefined ? "network" : (code ?? `http_${status}`);
  const said = status === undefined ? "could not be reached" : `answered ${status}`;
  const body = responseBody === undefined || responseBody === "" ? "" : `: ${responseBody.slice(0, 300)}`;
  // A 2xx that cannot be read is an answer of another shape.
  const errorClass = status !== undefined && status < 300 ? "invalid_output" : classOf(status, code);
  return new JobError(errorClass, kind, `${modelId} ${said}${body}`, responseHeaders?.["retry-after"]);
}

/** The structured code of an answer of the form {error: {code, type}}, if it is one. */
function codeIn(body: string | undefined): string | undefined {
  try {
    const { error } = JSON.parse(body ?? "") as { error?: { code?: unknown; type?: unknown } };
    const code = [error?.code, error?.type].find((one) => typeof one === "string");
    return typeof code === "string" ? code.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}

type Ways = Required<Parameters<typeof createOpenAICompatible>[0]>;

/** `outbound` as the `fetch` of the AI SDK. A plain http address means a server of our own. */
function throughOutbound(baseUrl: URL, tools: OutboundTools | undefined): Ways["fetch"] {
  return async (url, init) => {
    try {
      const asked = outbound(
        {
          url: String(url),
          allow: [baseUrl.host],
          insecure: baseUrl.protocol === "http:" ? [baseUrl.host] : [],
          method: "POST",
          headers: Object.fromEntries(new Headers(init?.headers)),
          body: String(init?.body ?? ""),
          timeoutMs: ANSWER_MS,
          maxBytes: 4_194_304,
        },
        tools,
      );
      // An aborted attempt does not wait for an answer that may never come.
      const answer = await (init?.signal ? unlessAborted(asked, init.signal) : asked);
      return new Response(Buffer.from(answer.body), { status: answer.status, headers: answer.headers });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      // The form in which the SDK expects a network that failed.
      throw Object.assign(new TypeError("fetch failed"), { cause: error });
    }
  };
}
