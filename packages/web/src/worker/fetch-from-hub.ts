import type { HubOptions } from '../messages.ts';

export const defaultEndpoint = 'https://huggingface.co';

/** The worker's own `fetch`, looked up at each call. */
export const defaultFetch: typeof fetch = (input, init) => fetch(input, init);

/** A `fetch` that shows the token to the hub, and to no other server. */
export function fetchFromHub({ endpoint = defaultEndpoint, token }: HubOptions): typeof fetch {
  if (token === undefined) return defaultFetch;
  const { origin } = new URL(endpoint);
  return (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(init.headers);
    if (new URL(url, location.href).origin === origin) headers.set('authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
}
