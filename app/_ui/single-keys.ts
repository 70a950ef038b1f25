"use client";
import { kept } from "./kept.ts";

/** The storage key of the setting; "off": single keys do nothing in this browser. */
export const SINGLE_KEYS = "ringback keys";

/** Whether a key press may press a button: not held down, not typed into a field, not turned off. */
export function isSingleKey(event: KeyboardEvent): boolean {
  const isCombined = event.ctrlKey || event.metaKey || event.altKey;
  return !(event.repeat || isCombined || isTyping(event.target)) && kept(SINGLE_KEYS) !== "off";
}

/** A check box takes no letters; it may have the focus for a moment after its dialog has closed. */
const TYPED_INTO = 'input:not([type="checkbox"], [type="radio"]), textarea, select, dialog[open]';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest(TYPED_INTO) !== null;
}
