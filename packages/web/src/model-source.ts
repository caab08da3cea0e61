import type { FileSource, HubOptions } from './messages.ts';
import { WebError } from './web-error.ts';

/**
 * Where a model comes from: the name of an embedded one, the name of one on the Hugging Face hub (`owner/name`,
 * `hf:owner/name@revision`), the URL of a folder or a GGUF file, or the files of a local folder by their paths below it. A string is taken
 * for a URL if it begins with another scheme, `/`, `./` or `../`.
 */
export type ModelSource = string | URL | Readonly<Record<string, Blob>>;

/** The embedded model that is used where none is named. */
export const DEFAULT_MODEL = 'tiny';

/** Loaded only when asked for: a page that uses other models need not have it. */
const EMBEDDED: Readonly<Record<string, () => Promise<{ files: Readonly<Record<string, URL>> }>>> = {
  tiny: () => import('@beltline/model-tiny/web'),
};

/** Names of the models that come as packages and need no other server. */
export const EMBEDDED_MODELS: readonly string[] = Object.keys(EMBEDDED);

/**
 * Finds out where the files of a model lie, without fetching any.
 *
 * @throws TypeError for what is no source; WebError `MODEL_NOT_FOUND`.
 */
export async function resolveSource(source: ModelSource, hub: HubOptions = {}): Promise<FileSource> {
  if (source instanceof URL) return urlSource(source);
  if (typeof source !== 'string') return blobSource(source);
  if (Object.hasOwn(EMBEDDED, source)) return embeddedSource(source);
  if (source.trim() === '')
    throw new TypeError('a model source must be a name, a URL or files, got an empty string');
  if (/^hf:|^\w[\w.-]*\/\w/.test(source)) return { kind: 'hub', name: source, hub };
  if (!/^(?:[a-z][a-z\d+.-]*:|\.{0,2}\/)/i.test(source)) throw notFound(source);
  return urlSource(source);
}

/** A URL names a folder, or a GGUF file, which is a whole model. */
function urlSource(url: string | URL): FileSource {
  const { href, pathname } = new URL(url, document.baseURI);
  if (!/\.gguf$/i.test(pathname)) return { kind: 'folder', url: folderUrl(url) };
  return { kind: 'urls', urls: { [pathname.slice(pathname.lastIndexOf('/') + 1)]: href } };
}

/** URL of a folder as seen from the page, ending with a slash. */
export function folderUrl(url: string | URL): string {
  const { href } = new URL(url, document.baseURI);
  return href.endsWith('/') ? href : `${href}/`;
}

function blobSource(blobs: Readonly<Record<string, Blob>>): FileSource {
  const entries = typeof blobs === 'object' && blobs !== null ? Object.entries(blobs) : [];
  if (entries.length === 0 || !entries.every(([, blob]) => blob instanceof Blob)) {
    throw new TypeError('a model source must be a name, a URL or an object of Blobs by file name');
  }
  return { kind: 'blobs', blobs: Object.fromEntries(entries) };
}

async function embeddedSource(name: string): Promise<FileSource> {
  try {
    const { files } = await EMBEDDED[name]!();
    const urls = Object.fromEntries(Object.entries(files).map(([file, { href }]) => [file, href]));
    return { kind: 'urls', urls };
  } catch (cause) {
    throw new WebError(
      'MODEL_NOT_FOUND',
      `the package @beltline/model-${name} of the embedded model could not be loaded: install it beside @beltline/web, ` +
        `or name @beltline/model-${name}/web in the page's import map`,
      { cause },
    );
  }
}

function notFound(source: string): WebError {
  const names = EMBEDDED_MODELS.map((name) => `"${name}"`).join(', ');
  return new WebError(
    'MODEL_NOT_FOUND',
    `there is no model "${source}": it is not an embedded model (${names}), names on the Hugging Face hub have the form ` +
      'owner/name, and a URL begins with https://, / or ./',
  );
}
