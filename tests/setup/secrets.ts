/** The secrets that every test environment is started with. */
export const CRON_SECRET = "cron-secret-of-the-tests";
export const SERVICE_API_KEY = "service-key-of-the-tests";
export const METRICS_TOKEN = "token-of-the-scraper-of-the-tests";
export const AUTH_SECRET = "secret-that-signs-the-cookies-of-the-tests";
export const CURSOR_WEBHOOK_SECRET = "secret-that-cursor-signs-with-in-the-tests";
export const RUNNER_WEBHOOK_SECRET = "whsec_c2VjcmV0IHRoYXQgcnVubmVycyBzaWduIHdpdGg=";
