// Declarations of Playwright's options of a browser context.

declare module 'liveload' {
  /** A size in pixels of the page. */
  export interface PageSize {
    width: number;
    height: number;
  }

  /** A certificate that shows who the user is: files or their texts. Give cert and key, or pfx. */
  export interface ClientCertificate {
    /** The server that gets it, such as 'https://shop.example'. */
    origin: string;
    certPath?: string;
    keyPath?: string;
    pfxPath?: string;
    /** The text of a PEM file. */
    cert?: string;
    /** The text of a PEM file. */
    key?: string;
    /** Base64. */
    pfx?: string;
    passphrase?: string;
  }

  /**
   * Playwright's options of browser contexts, each user's own, and a device. Relative paths start from the folder
   * where liveload was started.
   *
   * @example export const options = { context: { device: 'iPhone 13', locale: 'de-DE' } };
   */
  export interface ContextOptions {
    /** The name of one of Playwright's devices, such as 'iPhone 13'; the options beside it win. */
    device?: string;
    acceptDownloads?: boolean;
    /** Where relative addresses start. */
    baseURL?: string;
    bypassCSP?: boolean;
    clientCertificates?: ClientCertificate[];
    colorScheme?: 'dark' | 'light' | 'no-preference';
    deviceScaleFactor?: number;
    /** Sent with every request, also those of liveload/http. */
    extraHTTPHeaders?: Record<string, string>;
    forcedColors?: 'active' | 'none';
    /** Needs permissions: ['geolocation']. */
    geolocation?: { latitude: number; longitude: number; accuracy?: number };
    hasTouch?: boolean;
    /** For servers that ask for basic authentication. */
    httpCredentials?: { username: string; password: string; origin?: string; send?: 'always' | 'unauthorized' };
    ignoreHTTPSErrors?: boolean;
    isMobile?: boolean;
    javaScriptEnabled?: boolean;
    /** Such as 'de-DE'. */
    locale?: string;
    offline?: boolean;
    /** Such as 'geolocation', 'clipboard-read'. */
    permissions?: string[];
    proxy?: { server: string; bypass?: string; username?: string; password?: string };
    reducedMotion?: 'reduce' | 'no-preference';
    screen?: PageSize;
    serviceWorkers?: 'allow' | 'block';
    /** Cookies and local storage to begin with: a file of Playwright's, or what is in one. user.restoreStorage can do more. */
    storageState?:
      | string
      | {
          cookies?: (Pick<Cookie, 'name' | 'value'> & Partial<Cookie> & { url?: string })[];
          origins?: { origin: string; localStorage: { name: string; value: string }[] }[];
        };
    /** Selectors that match several elements are errors in Playwright's own calls. */
    strictSelectors?: boolean;
    /** Such as 'Europe/Berlin'. */
    timezoneId?: string;
    userAgent?: string;
    /** null is that of the window. */
    viewport?: PageSize | null;
  }
}
