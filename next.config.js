/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // `npm run check` is the one place that type-checks; the build does not do it a second time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
};
