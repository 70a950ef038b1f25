import { existsSync } from "node:fs";

/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // The server does not scale pictures, so nobody can keep it busy with that.
  images: { unoptimized: true },
  // `npm run check` is the one place that type-checks; the build does not do it a second time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
  experimental: {
    // Nobody downloads the server's code. Without minification it is built faster, and the log of a fault names functions.
    serverMinification: false,
    // The log of a fault does not use them, and browsers do not get them.
    turbopackSourceMaps: false,
    turbopackInputSourceMaps: false,
    // Storing it takes a quarter of a build. That pays off only where the app is built again after a change.
    turbopackFileSystemCacheForBuild: existsSync(".next/BUILD_ID"),
  },
  // The health report compares the database with this folder, which no import leads to.
  outputFileTracingIncludes: { "/api/health": ["./prisma/migrations/**"] },
};
