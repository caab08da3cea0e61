/** A model of the Hugging Face hub. */
export interface HubSource {
  readonly kind: 'hub';
  /** `owner/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** A folder or a GGUF file in the repository; undefined for its root. */
  readonly path: string | undefined;
}

export const DEFAULT_REVISION = 'main';

/**
 * owner/name[@revision][/path]. Revisions may hold slashes only as the hub's own names for pull requests and conversions do;
 * in others they are written %2F.
 */
const HUB_NAME =
  /^(?<repository>\w[\w.-]*\/\w[\w.-]*)(?:@(?<revision>refs\/(?:pr|convert)\/[\w.-]+|[\w.%-]+))?(?:\/(?<path>.+))?$/;

/**
 * Reads the name of a model on the hub: `owner/name`, then perhaps `@revision`, then perhaps the path of a folder or a GGUF
 * file in it. A prefix `hf:` may be missing.
 *
 * @returns undefined where it is no such name; only a prefix makes sure that it is not meant as a path.
 */
export function parseHubSource(text: string): HubSource | undefined {
  const prefixed = /^hf:(?:\/\/)?/.exec(text);
  const name = HUB_NAME.exec(text.slice(prefixed?.[0].length ?? 0))?.groups;
  const path = name?.path?.replace(/\/+$/, '');
  if (!name || path?.split(/[\\/]/).some((part) => part === '..' || part === '.' || part === ''))
    return undefined;
  // folder/file.gguf is a path, and so is what lies deeper and is no GGUF file.
  if (!prefixed && (path === undefined ? isGguf(name.repository!) : !isGguf(path))) return undefined;
  const revision = decode(name.revision ?? DEFAULT_REVISION);
  if (revision === undefined) return undefined;
  return { kind: 'hub', repository: name.repository!, revision, path };
}

/** The name that `parseHubSource` reads, without defaults. */
export function formatHubSource({ repository, revision, path }: HubSource): string {
  const at = revision === DEFAULT_REVISION ? '' : `@${encode(revision)}`;
  return `${repository}${at}${path === undefined ? '' : `/${path}`}`;
}

export function isGguf(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}

function encode(revision: string): string {
  return revision.startsWith('refs/') ? revision : encodeURIComponent(revision);
}

function decode(revision: string): string | undefined {
  try {
    const decoded = decodeURIComponent(revision);
    // It becomes a path below refs/ in the cache.
    return decoded.split('/').some((part) => part === '..' || part === '.' || part === '')
      ? undefined
      : decoded;
  } catch {
    return undefined;
  }
}
