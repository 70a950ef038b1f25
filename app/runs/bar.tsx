import type { ModelCount } from "#client/runs";

type Props = { of: Pick<ModelCount, "total" | "completed" | "failed" | "cancelled">; label: string };

/** A progress bar: the completed, failed and cancelled parts. */
export function Bar({ of: { total, completed, failed, cancelled }, label }: Props) {
  const share = (count: number) => (total === 0 ? 0 : (count / total) * 100);
  const ended = completed + failed + cancelled;
  return (
    <div
      role="progressbar"
      className="run-bar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={ended}
      aria-valuetext={`${ended} of ${total}${failed > 0 ? `, ${failed} failed` : ""}`}
    >
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="8" className="run-track" />
        <rect width={share(completed)} height="8" className="run-done" />
        <rect x={share(completed)} width={share(failed)} height="8" className="run-failed" />
        <rect x={share(completed + failed)} width={share(cancelled)} height="8" className="run-cancelled" />
      </svg>
    </div>
  );
}
