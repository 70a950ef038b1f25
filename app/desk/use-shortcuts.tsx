"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { kept, keep } from "../_ui/kept.ts";
import { isSingleKey, SINGLE_KEYS } from "../_ui/single-keys.ts";

const KEYS = [
  ["A", "accept the first callback, or the one that has the focus"],
  ["S", "snooze it for five minutes"],
  ["U", "take back what was just done"],
  ["N", "call the next person"],
  ["K", "skip the next person, with a reason"],
  ["C", "promise a new callback, on every screen"],
  ["1 to 9, 0", "choose the outcome of the call"],
  ["Esc", "from the notes to the outcomes"],
  ["Ctrl Enter", "save the outcome, also while typing"],
  ["?", "this list"],
] as const;

/**
 * A key presses the button that carries it as `data-shortcut`, except while the person types. Returns the list of keys, which `?`
 * and `open` open; the list has a switch that turns the keys off in this browser, for people who use speech input or type outside
 * of fields.
 */
export function useShortcuts(): { dialog: ReactNode; open: () => void } {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOn, setOn] = useState(true);
  // The page is first rendered on the server, which does not know the browser's setting.
  useEffect(() => setOn(kept(SINGLE_KEYS) !== "off"), []);
  const open = () => dialog.current?.showModal();
  const choose = (wanted: boolean) => {
    setOn(wanted);
    keep(SINGLE_KEYS, wanted ? null : "off");
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !event.repeat) return buttonOf("save")?.click();
      // A key that is held down is one press.
      if (!isSingleKey(event)) return;
      if (event.key === "?") return dialog.current?.showModal();
      const button = buttonOf(event.key.toLowerCase());
      if (!button) return;
      // The button may move the focus into a field, which must not get the key as a letter.
      event.preventDefault();
      button.click();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
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

/** The button of a key: in the row with the focus, else the first on the page. */
function buttonOf(key: string): HTMLButtonElement | null {
  const wanted = `[data-shortcut="${CSS.escape(key)}"]`;
  const ofRow = document.activeElement?.closest(".promise")?.querySelector<HTMLButtonElement>(wanted);
  return ofRow ?? document.querySelector<HTMLButtonElement>(wanted);
}
