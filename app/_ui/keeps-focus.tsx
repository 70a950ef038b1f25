"use client";
import { useEffect } from "react";

/** A part of the page whose name or place tells a screen reader where the focus is. */
const PLACES = "tr, li, fieldset, form, dialog, section, nav, header, main";
/** Parts that move the focus by themselves, such as a dialog that closes, do so within this time. */
const SETTLED_MS = 150;

/**
 * When the focused element disappears or is disabled, gives the focus to the nearest part around it that is still there, so that
 * the next Tab goes on from that place instead of from the top of the page; after a dialog, to the nearest part around its opener.
 * The part has no action: a key that is still held presses nothing.
 */
export function KeepsFocus() {
  useEffect(() => {
    /** The focused element and all around it. */
    let path: Element[] = [];
    /** The same of the element that had the focus before the open dialog. */
    let opener: Element[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = ({ target }: Event) => {
      const next = around(target);
      const dialog = dialogOf(next);
      if (dialog && !path.includes(dialog)) opener = path;
      path = next;
    };
    // A press on plain ground takes the focus away on purpose; a dialog that is pressed still has an opener.
    const forget = ({ target }: Event) => {
      path = dialogOf(around(target)) ? path : [];
    };
    const restore = () => {
      timer = undefined;
      const [lost] = path;
      if (document.activeElement !== document.body || !lost || isThere(lost)) return;
      const dialog = dialogOf(path);
      const before = dialog && !isThere(dialog) ? [...opener, document.querySelector("main")] : path;
      const place = before.find((one) => one && one !== lost && isThere(one) && one.matches(PLACES));
      if (!(place instanceof HTMLElement)) return;
      if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
    };
    const changed = new MutationObserver(() => {
      const [lost] = path;
      if (!lost || isThere(lost)) return;
      // Not begun anew: a page that never rests would keep the focus lost.
      timer ??= setTimeout(restore, SETTLED_MS);
    });
    changed.observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled", "hidden", "open"] });
    document.addEventListener("focusin", note);
    document.addEventListener("pointerdown", forget, { capture: true });
    return () => {
      clearTimeout(timer);
      changed.disconnect();
      document.removeEventListener("focusin", note);
      document.removeEventListener("pointerdown", forget, { capture: true });
    };
  }, []);
  return null;
}

/** The element and all around it, from the inside out. */
function around(target: EventTarget | null): Element[] {
  const path: Element[] = [];
  for (let one = target instanceof Element ? target : null; one; one = one.parentElement) path.push(one);
  return path;
}

const dialogOf = (path: readonly Element[]) => path.find((one) => one instanceof HTMLDialogElement);

/** Whether the element can have the focus: it is in the page, enabled, and no part around it is hidden or a closed dialog. */
function isThere(one: Element): boolean {
  return one.isConnected && !one.matches(":disabled") && one.closest("[hidden], dialog:not([open])") === null;
}
