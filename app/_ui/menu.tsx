"use client";
import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";

/** The way to each screen; the one that is open is marked. */
export function Menu({ screens }: { screens: readonly { path: Route; name: string }[] }) {
  const open = usePathname();
  return (
    <nav aria-label="Screens" className="flex flex-wrap gap-x-4 gap-y-1">
      {screens.map(({ path, name }) => (
        <Link key={path} href={path} prefetch={false} aria-current={path === open ? "page" : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
