import { existsSync } from "node:fs";

/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // No picture is made smaller by the server, so nobody can keep it busy with that.
  images: { unoptimized: true },
  // `npm run check` is the one place that type-checks; the build does not do it a second time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
  experimental: {
    // What the server runs nobody downloads. Left as it is, it is built in less time, and the log of a fault names functions.
    serverMinification: false,
    // The log of a fault does not look at them, and browsers are not given them.
    turbopackSourceMaps: false,
    turbopackInputSourceMaps: false,
    // To keep it takes a quarter of a build. It is worth that where the app is built again, after a change.
    turbopackFileSystemCacheForBuild: existsSync(".next/BUILD_ID"),
  },
  // The health report compares the database with this folder, which no import leads to.
  outputFileTracingIncludes: { "/api/health": ["./prisma/migrations/**"] },
};
