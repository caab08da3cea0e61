import { parseHubSource } from '@beltline/models/folder';
import type { ModelSource } from '@beltline/web';

/** Text of a token, with white space and special tokens made visible. */
export type TokenNames = (token: number) => string;

/**
 * Reads a model's tokenizer to name its tokens. Apart from the worker's own copy, and only when names are asked for: most
 * people never point at the picture.
 */
export async function loadTokenNames(source: ModelSource): Promise<TokenNames> {
  const [json, { createTokenizer }] = await Promise.all([
    readTokenizerJson(source),
    import('@beltline/tokenizer'),
  ]);
  const tokenizer = createTokenizer({ tokenizer: json });
  const special = new Map(addedTokens(json).map(({ id, content }) => [id, content]));
  return (token) => special.get(token) ?? tokenizer.decode([token]);
}

async function readTokenizerJson(source: ModelSource): Promise<unknown> {
  if (typeof source === 'object' && !(source instanceof URL)) {
    const entry = Object.entries(source).find(([path]) => /(^|\/)tokenizer\.json$/.test(path));
    if (!entry) throw new Error('the model has no tokenizer.json');
    return JSON.parse(await entry[1].text());
  }
  const url = await tokenizerUrl(source);
  // The worker has put it there.
  const response = (await globalThis.caches?.match(url)) ?? (await fetch(url));
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

async function tokenizerUrl(source: string | URL): Promise<string> {
  if (source === 'tiny') {
    const { files } = await import('@beltline/model-tiny/web');
    return files['tokenizer.json']!.href;
  }
  const hub = typeof source === 'string' ? parseHubSource(source) : undefined;
  if (hub) {
    const { repository, revision, path } = hub;
    const file = path === undefined ? 'tokenizer.json' : `${path}/tokenizer.json`;
    return `https://huggingface.co/${repository}/resolve/${encodeURIComponent(revision)}/${file}`;
  }
  const folder = new URL(source, document.baseURI).href;
  return new URL('tokenizer.json', folder.endsWith('/') ? folder : `${folder}/`).href;
}

function addedTokens(json: unknown): { id: number; content: string }[] {
  const { added_tokens } = json as { added_tokens?: { id: number; content: string; special?: boolean }[] };
  return added_tokens?.filter(({ special }) => special) ?? [];
}
