/** The request header with the account for which a page was opened. */
export const ACCOUNT_HEADER = "ringback-account";
