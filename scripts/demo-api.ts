/** The API as the simulated day uses it. */

export type Api = (request: string, body?: object) => Promise<unknown>;

/**
 * Sends requests with the key of a machine client, those of crons with their secret. A refusal is no fault: a real day has
 * refusals, too.
 */
export function apiOf(where: { origin: string; SERVICE_API_KEY: string; CRON_SECRET: string }): Api {
  return async (request, body) => {
    const [method = "GET", path = ""] = request.split(" ");
    const secret = path.startsWith("/cron/") ? where.CRON_SECRET : where.SERVICE_API_KEY;
    const response = await fetch(`${where.origin}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const said: unknown = await response.json();
    if (response.status >= 500) throw new Error(`${request}: ${response.status}`);
    return response.ok ? said : { next: null };
  };
}
