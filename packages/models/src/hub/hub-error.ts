import { ModelsError, type ModelsErrorCode } from '../folder/models-error.ts';

/** What was asked of the hub, for messages. */
export interface HubRequest {
  readonly endpoint: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly revision: string;
  /** A file in the repository; undefined where the repository itself was asked for. */
  readonly file?: string | undefined;
  readonly hasToken: boolean;
}

/** A failed request that may succeed later. */
export class TemporaryFailure extends Error {
  override readonly name = 'TemporaryFailure';
  readonly code: 'NETWORK' | 'RATE_LIMITED' | 'HUB_FAILED';
  /** Time to wait in ms as the hub wishes; undefined where it has not said. */
  readonly wait: number | undefined;

  constructor(
    code: TemporaryFailure['code'],
    message: string,
    options: ErrorOptions & { wait?: number | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.wait = options.wait;
  }
}

/** Makes an error of a response that is none of the good ones; it reads the response's body. */
export async function errorOfResponse(
  response: Response,
  request: HubRequest,
): Promise<ModelsError | TemporaryFailure> {
  const { status } = response;
  const said = await saidBy(response);
  if (status === 429) {
    return new TemporaryFailure('RATE_LIMITED', 'the hub wants fewer requests', {
      wait: waitOf(response.headers),
    });
  }
  if (status === 408 || status >= 500) {
    return new TemporaryFailure('HUB_FAILED', `the hub answered ${said}`, { wait: waitOf(response.headers) });
  }
  const { code, message } = describeRefusal(response, said, request);
  return new ModelsError(code, request.file ?? request.repository, message);
}

function describeRefusal(
  { status, headers }: Response,
  said: string,
  { endpoint, repository, revision, file, hasToken }: HubRequest,
): { code: ModelsErrorCode; message: string } {
  const page = `${endpoint}/${repository}`;
  const tokens = `${endpoint}/settings/tokens`;
  const reason = headers.get('x-error-code');
  if (reason === 'GatedRepo') {
    const message = hasToken
      ? `"${repository}" is gated, and the account of your token has not been let in: ask for access at ${page}, ` +
        'and see that the token may read gated repositories'
      : `"${repository}" is gated: accept its terms at ${page}, make a token at ${tokens}, and set HF_TOKEN to it`;
    return { code: 'ACCESS_DENIED', message };
  }
  if (reason === 'RevisionNotFound') {
    return {
      code: 'MODEL_NOT_FOUND',
      message: `"${repository}" has no revision "${revision}"; see ${page}/tree/main for what there is`,
    };
  }
  // Mirrors and proxies give no reason.
  const isBare = status === 404 && reason === null;
  if (reason === 'EntryNotFound' || (isBare && file !== undefined)) {
    return {
      code: 'MISSING_FILE',
      message: `"${repository}" has no file "${file}" at revision "${revision}"`,
    };
  }
  // The hub answers 401 for what does not exist as well, so as not to tell what is private.
  if (reason === 'RepoNotFound' || isBare) {
    const access = hasToken
      ? 'and that your token may read it if it is private'
      : `or set HF_TOKEN to a token from ${tokens} if it is private`;
    return {
      code: 'MODEL_NOT_FOUND',
      message: `there is no model "${repository}" at ${endpoint}: check its name, ${access}`,
    };
  }
  if (status === 416) {
    return { code: 'INTEGRITY', message: `${file} is shorter at the hub than it says; pull it again` };
  }
  if (status === 401 || status === 403) {
    const advice = hasToken
      ? `your token is not valid or may not read it: make a new one at ${tokens}, and set HF_TOKEN to it`
      : `make a token at ${tokens}, and set HF_TOKEN to it`;
    return {
      code: 'ACCESS_DENIED',
      message: `the hub refused access to "${repository}" (${said}); ${advice}`,
    };
  }
  return {
    code: 'HUB_FAILED',
    message: `the hub answered ${said} when asked for ${file ?? `"${repository}"`}`,
  };
}

/** Status and explanation in one line. */
async function saidBy(response: Response): Promise<string> {
  const header = response.headers.get('x-error-message');
  const text = header ?? (await response.text().catch(() => ''));
  const reason = /^\s*\{/.test(text) ? errorOfJson(text) : /^\s*</.test(text) ? '' : text;
  const line = reason.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  return line ? `${response.status}: ${line}` : `with status ${response.status}`;
}

function errorOfJson(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : '';
  } catch {
    return '';
  }
}

/** `Retry-After` in seconds or as a date, or the end of the window in the hub's own `RateLimit: "api";r=0;t=55`. */
export function waitOf(headers: Headers, now = Date.now()): number | undefined {
  const after = headers.get('retry-after')?.trim();
  if (after && /^\d+$/.test(after)) return 1000 * Number(after);
  const date = after ? Date.parse(after) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const window = /\bt=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  return window === undefined ? undefined : 1000 * Number(window);
}
