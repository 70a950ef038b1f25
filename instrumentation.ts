/** Runs once when the server starts. A wrong environment ends the process with a sentence, before a request meets it. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { instrumentServer } = await import("#lib/http/instrument-server");
  instrumentServer();
  const { openTraces } = await import("#lib/outbound/traces");
  const closeTraces = await openTraces();
  // Runs beside the server's own shutdown, which lets requests finish.
  if (closeTraces) for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void closeTraces());
}
