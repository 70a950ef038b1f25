/** The key of a button, shown in it; `aria-keyshortcuts` gives it to screen readers. */
export function Key({ children }: { children: string }) {
  return (
    <span className="key" aria-hidden="true">
      {children}
    </span>
  );
}
