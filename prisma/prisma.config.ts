import { defineConfig } from "prisma/config";

/** Where Prisma's own commands find the schema; the address comes from the environment. */
export default defineConfig({
  schema: "schema",
  migrations: { path: "migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
