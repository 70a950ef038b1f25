/** The runner's view of its page. */
export type Page = {
  isHidden(): boolean;
  /** Calls `listener` at each of these events; returns a function that stops it. */
  on(event: PageEvent, listener: () => void): () => void;
};

const OF_DOCUMENT = ["visibilitychange", "freeze", "resume"] as const;
const OF_WINDOW = ["pagehide", "pageshow", "focus", "online"] as const;
export const PAGE_EVENTS = [...OF_DOCUMENT, ...OF_WINDOW] as const;
export type PageEvent = (typeof PAGE_EVENTS)[number];

/** The page this runs in; outside of a page it is always visible and has no events. */
export function thisPage(): Page {
  return {
    isHidden: () => globalThis.document?.hidden ?? false,
    on: (event, listener) => {
      const target: EventTarget | undefined = (OF_DOCUMENT as readonly PageEvent[]).includes(event)
        ? globalThis.document
        : globalThis.window;
      target?.addEventListener(event, listener);
      return () => target?.removeEventListener(event, listener);
    },
  };
}

/** Calls `then` after `ms` milliseconds; returns a function that cancels it. */
export type After = (ms: number, then: () => void) => () => void;

export const afterTimer: After = (ms, then) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};
