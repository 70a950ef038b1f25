import { useRef, useState } from "react";
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

type Named = Pick<ShownCallback, "id" | "userName">;
type Chosen<C> = { these: readonly C[]; gone: readonly C[] };

/**
 * The callbacks that a dialog is about, and those that were settled or left the list since it opened. While they are sent nothing
 * changes, because the dialog would otherwise report its own effect as that of a colleague.
 */
export function useChosen<C extends Named>(callbacks: readonly C[], isSending: boolean): Chosen<C> {
  const [opened] = useState(callbacks);
  const last = useRef<Chosen<C>>({ these: callbacks, gone: [] });
  if (!isSending) {
    const left = new Set(callbacks.map(({ id }) => id));
    last.current = { these: callbacks, gone: opened.filter(({ id }) => !left.has(id)) };
  }
  return last.current;
}

/** Says which chosen callbacks are left out. */
export function LeftOut({ gone }: { gone: readonly Named[] }) {
  const names = gone.slice(0, SHOWN).map(({ userName }) => userName);
  const others = gone.length - names.length;
  return (
    <p className="notice soon empty:hidden" role="status">
      {gone.length > 0 &&
        `Left out, because a colleague was quicker or it left the list: ${names.join(", ")}${others > 0 ? ` and ${others} more` : ""}.`}
    </p>
  );
}

/** "1 callback", "3 callbacks". */
export function countedCallbacks(count: number): string {
  return `${count} ${count === 1 ? "callback" : "callbacks"}`;
}

/** What a dialog about chosen callbacks says instead of sending, when none of them is left. */
export const NONE_LEFT = "None of them is left; close this.";
