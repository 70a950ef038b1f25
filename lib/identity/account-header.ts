/** The request header in which a page says whose it is: the account it was opened for. */
export const ACCOUNT_HEADER = "ringback-account";
