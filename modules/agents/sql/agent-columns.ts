import { type Sql, sql } from "#lib/database/sql";

/** The columns of an agent as the API shows it; the table must be named `a` in the statement. */
export const AGENT_COLUMNS: Sql = sql`
  a.id, a.first_name AS "firstName", a.last_name AS "lastName", a.email, a.is_active AS "isActive",
  a.is_ai_agent AS "isAiAgent", a.allowed_queues AS "allowedQueues", a.team, a.created_at AS "createdAt"`;
