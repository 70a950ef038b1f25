/** Ringback as a role that owns its database and nothing else, as managed PostgreSQL gives one. */
import pg from "pg";
import { afterAll, expect, inject, test } from "vitest";
import { migrate } from "#lib/database/migrations";

const ROLE = `plain_${process.pid}`;
const server = new pg.Client({ connectionString: inject("serverUrl") });
await server.connect();
await server.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'plain' NOSUPERUSER NOCREATEROLE NOCREATEDB`);
await server.query(`CREATE DATABASE ${ROLE} OWNER ${ROLE}`);

afterAll(async () => {
  await server.query(`DROP DATABASE ${ROLE} WITH (FORCE)`);
  await server.query(`DROP ROLE ${ROLE}`);
  await server.end();
});

test("P6: Ringback migrates and works as the plain owner of its database, who can read no file and run no program", async () => {
  const url = new URL(inject("serverUrl"));
  Object.assign(url, { username: ROLE, password: "plain", pathname: `/${ROLE}` });
  expect((await migrate(url.href)).applied.length).toBeGreaterThan(5);
  const plain = new pg.Client({ connectionString: url.href });
  await plain.connect();
  const code = async (statement: string) =>
    plain.query(statement).then(
      () => "done",
      ({ code }: { code: string }) => code,
    );
  try {
    expect(await code("SELECT ringback_now()")).toBe("done");
    expect(await code("SELECT pg_read_file('/etc/passwd')")).toBe("42501");
    expect(await code("COPY (SELECT 1) TO PROGRAM 'cat'")).toBe("42501");
    expect(await code("INSERT INTO audit_entries (at, actor, action, subject) VALUES (now(), 'x', 'x', 'x')")).toBe(
      "done",
    );
    expect(await code("UPDATE audit_entries SET actor = 'y'")).toBe("23514");
    expect(await code("DELETE FROM audit_entries")).toBe("23514");
  } finally {
    await plain.end();
  }
});
