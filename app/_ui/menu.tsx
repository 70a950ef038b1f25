"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { MenuEntry } from "../screens.ts";

/** The links to the screens; the open one is marked, and its group has a row of its own. */
export function Menu({ entries }: { entries: readonly MenuEntry[] }) {
  const open = usePathname();
  const current = entries.find(({ screens }) => screens.some(({ path }) => path === open));
  return (
    <>
      <nav aria-label="Screens" className="menu">
        {entries.map(({ path, name }) => (
          <Link
            key={path}
            href={path}
            prefetch={false}
            data-name={name}
            aria-current={name === current?.name ? "page" : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {current && current.screens.length > 1 && (
        <nav aria-label={current.name} className="menu group">
          {current.screens.map(({ path, name }) => (
            <Link
              key={path}
              href={path}
              prefetch={false}
              data-name={name}
              aria-current={path === open ? "page" : undefined}
            >
              {name}
            </Link>
          ))}
        </nav>
      )}
    </>
  );
}
