import type { ReactNode } from "react";

type Props = {
  /** The name of the screen. */
  name: string;
  /** One sentence on what the screen shows. */
  lead: string;
  /** The age of the data, and then the main button of the screen. */
  children: ReactNode;
};

/** The beginning of a screen. Its main button stands at the right end of its title on every screen. */
export function Title({ name, lead, children }: Props) {
  return (
    <>
      <div className="title-row">
        <h1>{name}</h1>
        <div className="flex flex-wrap items-center gap-2">{children}</div>
      </div>
      <p className="lead">{lead}</p>
    </>
  );
}
