/** The key that presses a button, shown in it; `aria-keyshortcuts` says it to those who do not see it. */
export function Key({ children }: { children: string }) {
  return (
    <span className="key" aria-hidden="true">
      {children}
    </span>
  );
}
