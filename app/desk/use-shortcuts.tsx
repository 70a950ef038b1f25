"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { kept, keep } from "../_ui/kept.ts";

const KEYS = [
  ["A", "accept the first promise"],
  ["S", "snooze the first promise for five minutes"],
  ["U", "take back what was just done"],
  ["N", "start the next call"],
  ["1 to 9, 0", "choose the outcome of the call"],
  ["?", "this list"],
] as const;

const SETTING = "ringback keys";

/**
 * A key presses the button that carries it as `data-shortcut`, except while somebody types. Returns the list of
 * keys, which `?` and `open` open; there the keys can be switched off in this browser, for who speaks to it or types
 * where the page does not expect it.
 */
export function useShortcuts(): { dialog: ReactNode; open: () => void } {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOn, setOn] = useState(true);
  // The page is drawn on the server first, which does not know the browser's choice.
  useEffect(() => setOn(kept(SETTING) !== "off"), []);
  const open = () => dialog.current?.showModal();
  const choose = (wanted: boolean) => {
    setOn(wanted);
    keep(SETTING, wanted ? null : "off");
  };
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent) => {
      // A key that is held down is one press.
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") return dialog.current?.showModal();
      buttonOf(event.key.toLowerCase())?.click();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isOn]);
  const list = (
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
      <label className="mt-4 flex items-center gap-2 text-small">
        <input type="checkbox" checked={isOn} onChange={({ target }) => choose(target.checked)} />
        Single keys work in this browser
      </label>
      <form method="dialog" className="mt-4">
        <button type="submit" className="button plain">
          Close
        </button>
      </form>
    </dialog>
  );
  return { dialog: list, open };
}

/** The first promise comes first, and of what was done the last is taken back. */
function buttonOf(key: string): HTMLButtonElement | undefined {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>(`[data-shortcut="${CSS.escape(key)}"]`)];
  return key === "u" ? buttons.at(-1) : buttons[0];
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog[open]") !== null;
}
