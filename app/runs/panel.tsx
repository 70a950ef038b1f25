import { type ReactNode, useId } from "react";

type Props = { title: string; aside?: ReactNode; children: ReactNode };

/** A part of a run with its name, and to the right of it a short remark or a button. */
export function Panel({ title, aside, children }: Props) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="run-title">
        <h2 id={id} className="small-caps">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
