import type { ShownCallback } from "#client/callbacks";

/** The number of previewed callbacks. */
const SHOWN = 6;

/** Previews the effect on each callback, the first few by name. */
export function Preview({
  callbacks,
  of,
}: {
  callbacks: readonly ShownCallback[];
  of: (callback: ShownCallback) => string;
}) {
  return (
    <ul className="grid gap-1 text-small" aria-label="Preview">
      {callbacks.slice(0, SHOWN).map((callback) => (
        <li key={callback.id}>
          <strong>{callback.userName}</strong> <span className="text-muted">{of(callback)}</span>
        </li>
      ))}
      {callbacks.length > SHOWN && <li className="text-muted">and {callbacks.length - SHOWN} more</li>}
    </ul>
  );
}
