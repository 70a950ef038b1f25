"use client";
import { type ReactNode, useEffect, useRef } from "react";

const KEYS = [
  ["A", "accept the first promise"],
  ["S", "snooze the first promise for five minutes"],
  ["N", "start the next call"],
  ["1 to 9, 0", "choose the outcome of the call"],
  ["?", "this list"],
] as const;

/**
 * A key presses the first button that carries it as `data-shortcut`, except while somebody types. Returns the list of
 * keys, which `?` opens.
 */
export function useShortcuts(): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A key that is held down is one press.
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") return dialog.current?.showModal();
      document.querySelector<HTMLButtonElement>(`[data-shortcut="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <dialog ref={dialog} className="panel" aria-label="Keys">
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" className="mt-4">
        <button type="submit" className="button plain">
          Close
        </button>
      </form>
    </dialog>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog[open]") !== null;
}
