import { services } from "#lib/outbound/services";

/** The access to models over the OpenAI-compatible protocol: address, key, and the permitted models. */
export type ModelAccess = Readonly<{ baseUrl: URL; key: string | undefined; models: readonly string[] }>;

/** The access to outside models, or null when it is not configured. */
export function modelAccess(): ModelAccess | null {
  const { AI_BASE_URL: baseUrl, AI_API_KEY: key, AI_MODELS: models } = services();
  return baseUrl ? { baseUrl: new URL(baseUrl), key, models } : null;
}
