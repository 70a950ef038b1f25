"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import type { MenuEntry } from "../screens.ts";

/** The links to the screens; the open one is marked, and its group has a row of its own. */
export function Menu({ entries }: { entries: readonly MenuEntry[] }) {
  const open = usePathname();
  const menu = useRef<HTMLElement>(null);
  const current = entries.find(({ screens }) => screens.some(({ path }) => path === open));
  const name = current?.name;
  // A narrow page shows a part of the menu: the one with the open screen.
  useEffect(() => {
    const nav = menu.current;
    const link = name && nav?.querySelector<HTMLElement>(`[data-name="${name}"]`);
    if (nav && link) nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
  }, [name]);
  return (
    <>
      <nav ref={menu} aria-label="Screens" className="menu">
        {entries.map((entry) => (
          <Link
            key={entry.path}
            href={entry.path}
            prefetch={false}
            data-name={entry.name}
            aria-current={entry === current ? "page" : undefined}
          >
            {entry.name}
          </Link>
        ))}
      </nav>
      {current && current.screens.length > 1 && (
        <nav aria-label={current.name} className="menu group">
          {current.screens.map((screen) => (
            <Link
              key={screen.path}
              href={screen.path}
              prefetch={false}
              data-name={screen.name}
              aria-current={screen.path === open ? "page" : undefined}
            >
              {screen.name}
            </Link>
          ))}
        </nav>
      )}
    </>
  );
}
