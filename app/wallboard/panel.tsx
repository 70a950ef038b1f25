import { type ComponentProps, type ReactNode, useId } from "react";

/** A part of the wall with its name, and a short remark to the right of it. */
export function Panel({ title, aside, area, children, ...section }: Props) {
  const id = useId();
  return (
    <section className={`panel wall-${area}`} aria-labelledby={id} {...section}>
      <header className="wall-title">
        <h2 id={id}>{title}</h2>
        {aside && <p className="muted">{aside}</p>}
      </header>
      {children}
    </section>
  );
}

type Props = { title: string; aside?: ReactNode; area: string } & ComponentProps<"section">;

/** The text of a part without rows: it says what comes next. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="muted wall-empty">{children}</p>;
}
