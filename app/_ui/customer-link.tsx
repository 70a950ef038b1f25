import Link from "next/link";
import type { ReactNode } from "react";

/** The address of a customer's page. */
export function customerAddress(userId: string): `/customers?id=${string}` {
  return `/customers?id=${encodeURIComponent(userId)}`;
}

/** A customer's name as a link to the customer's page. */
export function CustomerLink({ userId, children }: { userId: string; children: ReactNode }) {
  return (
    <Link
      href={customerAddress(userId)}
      prefetch={false}
      className="customer-link"
      title="Everything about this customer"
    >
      <bdi>{children}</bdi>
    </Link>
  );
}
