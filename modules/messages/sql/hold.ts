import type { Db } from "#lib/database/db";
import { execute, type Sql, sql } from "#lib/database/sql";
import { addressesOf } from "./messages-of.ts";

/** The advisory lock of a customer. Two customers with the same number only wait for each other. */
const customerLock = (customerId: string): Sql => sql`hashtextextended('customer ' || ${customerId}::text, 0)`;
const addressLock = (address: Sql): Sql => sql`hashtextextended('address ' || ${address}, 0)`;

/** An expression to select: until the transaction ends this customer is not erased. It waits for an erasure that is under way. */
export const keepCustomer = (customerId: string): Sql => sql`pg_advisory_xact_lock_shared(${customerLock(customerId)})`;

/**
 * Until the transaction ends nothing is accepted for this customer, who need not have a row anywhere. It waits for an acceptance
 * that is under way, and a later acceptance waits for this transaction.
 */
export async function holdCustomer(db: Db, customerId: string): Promise<void> {
  await execute(db, sql`SELECT pg_advisory_xact_lock(${customerLock(customerId)})`);
}

/** Until the transaction ends nobody with this address is erased. */
export async function keepAddress(db: Db, address: string): Promise<void> {
  await execute(db, sql`SELECT pg_advisory_xact_lock_shared(${addressLock(sql`${address}::text`)})`);
}

/** Until the transaction ends nothing comes in from an address of this customer; in one order, so that two never wait for each other. */
export async function holdAddresses(db: Db, customerId: string): Promise<void> {
  await execute(
    db,
    sql`SELECT pg_advisory_xact_lock(${addressLock(sql`a.address`)})
        FROM (SELECT address FROM (${addressesOf(customerId)}) o WHERE address IS NOT NULL ORDER BY address OFFSET 0) a`,
  );
}
