import { brokenOff, OutboundError } from "#lib/outbound/error";

/** Runs the work within that time. Each failure is an OutboundError; after the signal, a `timeout`. */
export async function within<T>(
  timeoutMs: number,
  host: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal);
  } catch (error) {
    throw signal.aborted ? new OutboundError("timeout", `${host} did not answer in time.`) : brokenOff(host, error);
  }
}

/** The result of work that cannot be aborted; rejects as soon as the signal comes. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
