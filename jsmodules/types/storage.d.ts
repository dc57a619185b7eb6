// What the browser keeps for a user, as data: more of the module "liveload".

declare module 'liveload' {
  /** A cookie of a browser. */
  export interface Cookie {
    name: string;
    value: string;
    /** With a leading dot: for subdomains too. */
    domain: string;
    path?: string;
    /** Unix time in seconds; -1 until the browser is closed. */
    expires?: number;
    httpOnly?: boolean;
    secure?: boolean;
    sameSite?: 'Strict' | 'Lax' | 'None' | '';
    /** The site of the page around it, such as https://shop.example, of a cookie that is kept apart for each. */
    partitionKey?: string;
    /** Whether another site stood between the two; true when it is missing. */
    _crHasCrossSiteAncestor?: boolean;
  }

  /** Cookies and storage of a user, as JSON. */
  export interface StorageSnapshot {
    cookies: Cookie[];
    origins: {
      origin: string;
      localStorage?: { name: string; value: string }[];
      sessionStorage?: { name: string; value: string }[];
      /** Databases, in a form of liveload's own. */
      indexedDB?: object[];
    }[];
  }
}
