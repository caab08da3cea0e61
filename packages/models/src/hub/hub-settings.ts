import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ModelsError } from '../folder/models-error.ts';

/** How to reach the hub and where its files are kept; the environment variables are those of its Python tools. */
export interface HubSettings {
  /** URL without a slash at the end. */
  readonly endpoint: string;
  /** None where the hub is not to be asked. */
  readonly token: string | undefined;
  /** Absolute path of the folder with all repositories. */
  readonly cacheFolder: string;
  /** Only what is in the cache may be used. */
  readonly offline: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `HF_ENDPOINT`, `HF_TOKEN`, `HF_HOME`, `HF_HUB_CACHE` and `HF_HUB_OFFLINE`; without `HF_TOKEN` it takes the token
 * that `hf auth login` has left.
 *
 * @throws ModelsError `HUB_FAILED` if the endpoint is no URL, `ACCESS_DENIED` if the token cannot be sent.
 */
export async function readHubSettings(environment: Environment): Promise<HubSettings> {
  const offline = isTrue(environment.HF_HUB_OFFLINE) || isTrue(environment.TRANSFORMERS_OFFLINE);
  return {
    endpoint: readEndpoint(environment.HF_ENDPOINT || 'https://huggingface.co'),
    token: offline ? undefined : await readToken(environment),
    cacheFolder: hubCacheFolder(environment),
    offline,
  };
}

/** Absolute path of the folder that holds the repositories. */
export function hubCacheFolder(environment: Environment): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = environment;
  return resolve(expandHome(HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(hubHome(environment), 'hub')));
}

function hubHome({ HF_HOME, XDG_CACHE_HOME }: Environment): string {
  return expandHome(HF_HOME || join(XDG_CACHE_HOME || '~/.cache', 'huggingface'));
}

function expandHome(path: string): string {
  return path.replace(/^~(?=$|[\\/])/, () => homedir());
}

function readEndpoint(text: string): string {
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: undefined };
  if (protocol === 'https:' || protocol === 'http:') return text.replace(/\/+$/, '');
  throw new ModelsError(
    'HUB_FAILED',
    text,
    `HF_ENDPOINT must be a URL such as https://huggingface.co, got ${JSON.stringify(text)}`,
  );
}

async function readToken(environment: Environment): Promise<string | undefined> {
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH } = environment;
  const given = HF_TOKEN || HUGGING_FACE_HUB_TOKEN;
  const file = HF_TOKEN_PATH || join(hubHome(environment), 'token');
  const text = given || (await readFile(file, 'utf8').catch(() => ''));
  // A line end would make the header invalid.
  const token = text.trim();
  if (/^[\t -~\x80-\xff]*$/.test(token)) return token || undefined;
  const from = given ? 'HF_TOKEN' : file;
  const message = `the token in ${from} holds characters that cannot be sent to the hub; copy it there again`;
  throw new ModelsError('ACCESS_DENIED', from, message);
}

function isTrue(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? '');
}
