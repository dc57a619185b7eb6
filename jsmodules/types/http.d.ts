// Declarations of the module "liveload/http".

declare module 'liveload/http' {
  import type { Cookie, Duration } from 'liveload';

  /** Text and bytes are sent as they are, URLSearchParams as a form, other objects as JSON.stringify writes them. */
  export type Body = string | number | ArrayBuffer | ArrayBufferView | URLSearchParams | object | null;

  /** Options of a request. */
  export interface RequestOptions {
    headers?: Record<string, string | number>;
    /** Bounds the request with its redirects; otherwise user.setTimeout does. */
    timeout?: Duration;
    /** Whether redirects are followed, up to 20 (the default), or returned. */
    redirect?: 'follow' | 'manual';
    /** Breaks the request off. */
    signal?: AbortSignal;
  }

  /** A response, read to its end. A status such as 404 is no error. */
  export interface Response {
    readonly status: number;
    /** Whether the status is 200 to 299. */
    readonly ok: boolean;
    /** The address after redirects. */
    readonly url: string;
    /** The names are in lower case. */
    readonly headers: Record<string, string>;
    text(): string;
    json(): any;
    bytes(): ArrayBuffer;
  }

  /**
   * Requests an address.
   *
   * @example const { total } = (await get(`${config.baseURL}/api/cart`)).json();
   */
  export function get(url: string | URL, options?: RequestOptions): Promise<Response>;

  /**
   * Sends DELETE.
   *
   * @example await del(`${config.baseURL}/api/cart`);
   */
  export function del(url: string | URL, options?: RequestOptions): Promise<Response>;

  /**
   * Sends POST.
   *
   * @example await post(`${config.baseURL}/api/orders`, { product: 7 });
   */
  export function post(url: string | URL, body?: Body, options?: RequestOptions): Promise<Response>;

  /**
   * Sends PUT.
   *
   * @example await put(`${config.baseURL}/api/orders/1`, { product: 8 });
   */
  export function put(url: string | URL, body?: Body, options?: RequestOptions): Promise<Response>;

  /**
   * Sends PATCH.
   *
   * @example await patch(`${config.baseURL}/api/orders/1`, { product: 8 });
   */
  export function patch(url: string | URL, body?: Body, options?: RequestOptions): Promise<Response>;

  /**
   * Sends a request with any method; GET without one.
   *
   * @example await request(url, { method: 'OPTIONS', headers: { origin: 'https://example.com' } });
   */
  export function request(url: string | URL, options?: RequestOptions & { method?: string; body?: Body }): Promise<Response>;

  /**
   * Returns the cookies that requests carry: those of the user's session, or in config those of its own requests.
   *
   * @example return { login: { cookies: await cookies(), origins: [] } };
   */
  export function cookies(): Promise<Cookie[]>;

  const http: {
    get: typeof get; del: typeof del; post: typeof post; put: typeof put; patch: typeof patch;
    request: typeof request; cookies: typeof cookies;
  };
  export default http;
}
