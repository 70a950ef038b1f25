/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // No picture is made smaller by the server, so nobody can keep it busy with that.
  images: { unoptimized: true },
  // `npm run check` is the one place that type-checks; the build does not do it a second time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
  // The health report compares the database with this folder, which no import leads to.
  outputFileTracingIncludes: { "/api/health": ["./prisma/migrations/**"] },
};
