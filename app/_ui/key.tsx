/** The key of a button, shown in it; `aria-keyshortcuts` gives it to screen readers. */
export function Key({ children }: { children: string }) {
  return (
    <span className="key" aria-hidden="true">
      {children}
    </span>
  );
}

/** The same in a button whose name is given: the style sheet draws the letter, which is then no text that the name would lack. */
export function DrawnKey({ letter }: { letter: string }) {
  return <span className="key" data-key={letter} aria-hidden="true" />;
}
