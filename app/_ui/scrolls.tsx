import type { ReactNode } from "react";

/** A part that may be wider than the screen: it scrolls by itself, also with the keyboard. */
export function Scrolls({
  label,
  className = "",
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody could scroll it with the keyboard.
    <section className={`scrolls ${className}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
