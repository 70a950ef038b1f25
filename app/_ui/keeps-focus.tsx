"use client";
import { useEffect } from "react";

/** A part of the page whose name or place tells a screen reader where the focus is. */
const PLACES = "tr, li, fieldset, form, dialog, section, nav, header, main";
/** Parts that move the focus by themselves, such as a dialog that closes, do so within this time. */
const SETTLED_MS = 150;

/**
 * When the focused element disappears or is disabled, gives the focus to its counterpart, as from Pause to Resume; without one to
 * the nearest part around it that is still there, on another screen to its main part, so that the next Tab goes on from that place instead of from the top of the page.
 * After a dialog the same holds for its opener. A key that is still held presses nothing at the new place.
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
      const counterpart = counterpartOf(before[0]);
      if (counterpart) {
        counterpart.focus();
        return;
      }
      // Of another screen nothing around it is left but the page.
      const around = before.find((one) => one && one !== lost && isThere(one) && one.matches(PLACES));
      const place = around ?? document.querySelector("main");
      if (!(place instanceof HTMLElement)) return;
      if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
    };
    let pressedAt: EventTarget | null = null;
    const pressOnce = (event: KeyboardEvent) => {
      if (!event.repeat) pressedAt = event.target;
      else if (event.target !== pressedAt && ["Enter", " "].includes(event.key)) event.preventDefault();
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
    document.addEventListener("keydown", pressOnce, { capture: true });
    return () => {
      clearTimeout(timer);
      changed.disconnect();
      document.removeEventListener("focusin", note);
      document.removeEventListener("pointerdown", forget, { capture: true });
      document.removeEventListener("keydown", pressOnce, { capture: true });
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

/** The element that has taken the place of this one: it has the same `data-counterpart`. */
function counterpartOf(gone: Element | null | undefined): HTMLElement | undefined {
  const name = gone instanceof HTMLElement && gone.dataset.counterpart;
  if (!name) return;
  return [...document.querySelectorAll<HTMLElement>("[data-counterpart]")].find(
    (one) => one !== gone && one.dataset.counterpart === name && isThere(one),
  );
}

/** Whether the element can have the focus: it is in the page, enabled, and no part around it is hidden or a closed dialog. */
function isThere(one: Element): boolean {
  return one.isConnected && !one.matches(":disabled") && one.closest("[hidden], dialog:not([open])") === null;
}
