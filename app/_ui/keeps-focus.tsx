"use client";
import { useEffect } from "react";

/** A part of the page whose name or place tells a screen reader where the focus is. */
const PLACES = "tr, li, fieldset, form, dialog, section, nav, header, main";
/** Parts that move the focus by themselves, such as a dialog that closes, do so within this time. */
const SETTLED_MS = 150;

/**
 * When the focused element disappears or is disabled, gives the focus to the nearest part around it that is still there, so that
 * the next Tab goes on from that place instead of from the top of the page. The part has no action: a key that is still held
 * presses nothing.
 */
export function KeepsFocus() {
  useEffect(() => {
    /** The focused element and all around it. */
    let path: Element[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = ({ target }: Event) => {
      path = [];
      for (let one = target instanceof Element ? target : null; one; one = one.parentElement) path.push(one);
    };
    // A press on plain ground takes the focus away on purpose.
    const forget = () => {
      path = [];
    };
    const restore = () => {
      const [lost] = path;
      if (document.activeElement !== document.body || !lost) return;
      if (lost.isConnected && !lost.matches(":disabled")) return;
      const place = path.find((one) => one !== lost && one.isConnected && one.matches(PLACES));
      if (!(place instanceof HTMLElement)) return;
      if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
    };
    const changed = new MutationObserver(() => {
      const [lost] = path;
      if (!lost || (lost.isConnected && !lost.matches(":disabled"))) return;
      clearTimeout(timer);
      timer = setTimeout(restore, SETTLED_MS);
    });
    changed.observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled"] });
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
