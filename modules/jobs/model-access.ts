import { services } from "#lib/outbound/services";

/** Where models are asked over the OpenAI-compatible protocol, with which key, and which of them may be. */
export type ModelAccess = Readonly<{ baseUrl: URL; key: string | undefined; models: readonly string[] }>;

/** How models outside are reached here, or null when the environment does not say. */
export function modelAccess(): ModelAccess | null {
  const { AI_BASE_URL: baseUrl, AI_API_KEY: key, AI_MODELS: models } = services();
  return baseUrl ? { baseUrl: new URL(baseUrl), key, models } : null;
}
