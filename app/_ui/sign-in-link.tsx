"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";

/** The way to the sign-in, on every other page of nobody. */
export function SignInLink() {
  return usePathname() === "/sign-in" ? null : <Link href="/sign-in">Sign in</Link>;
}
