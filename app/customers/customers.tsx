"use client";
import { goTo, useAddress } from "../_ui/address.ts";
import { customerAddress } from "../_ui/customer-link.tsx";
import { FindPerson } from "../_ui/find-person.tsx";
import { Customer } from "./customer.tsx";

/** The customer in the address, or a search for one. */
export function Customers({ agentId }: { agentId: number | null }) {
  const userId = useAddress().get("id");
  if (userId) return <Customer key={userId} userId={userId} agentId={agentId} />;
  return (
    <>
      <h1>Customers</h1>
      <p className="lead">Numbers and their marks, what was promised, and everything that happened.</p>
      <div className="panel grid max-w-form gap-4">
        <FindPerson agentId={agentId} onChoose={({ userId: found }) => goTo(customerAddress(found))} />
      </div>
    </>
  );
}
