import { type ModelFolder, ModelsError } from '@beltline/models/folder';
import type { FileSource } from '../messages.ts';
import type { Download } from './download.ts';
import type { FileContent } from './model-cache.ts';

/** The files of a model, behind URLs or in Blobs. */
export interface WebFolder extends ModelFolder {
  /** Paths of all its files; undefined where nobody can tell, as behind a URL. */
  readonly names: readonly string[] | undefined;
  /** @throws ModelsError `MISSING_FILE`. */
  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens a source whose files are known, if any are; nothing is read before it is asked for. */
export function openWebFolder(source: LocatedSource, download: Download): WebFolder {
  const { names, read, pathOf } = openSource(source, download);
  const missing = (name: string) =>
    new ModelsError(
      'MISSING_FILE',
      pathOf(name),
      `${pathOf(name)} is missing; a model needs config.json, tokenizer.json, and weights: a graph that beltline.json names, ` +
        'an exported ONNX graph or model.safetensors',
    );
  return {
    names,
    pathOf,
    missing,
    async readText(name) {
      const content = await read(name);
      return content && new TextDecoder().decode(content);
    },
    async readBytes(name) {
      const content = await read(name);
      if (content === undefined) throw missing(name);
      return content;
    },
  };
}

/** A source whose files have addresses. */
export type LocatedSource =
  | Exclude<FileSource, { kind: 'hub' }>
  /** Bytes by file name where they are known beforehand. */
  | {
      readonly kind: 'urls';
      readonly urls: Readonly<Record<string, string>>;
      readonly sizes: Readonly<Record<string, number>>;
    };

interface OpenedSource {
  readonly names: readonly string[] | undefined;
  read(name: string): Promise<FileContent>;
  pathOf(name: string): string;
}

function openSource(source: LocatedSource, download: Download): OpenedSource {
  switch (source.kind) {
    case 'folder': {
      // Hashes and question marks are allowed in file names.
      const pathOf = (name: string) => source.url + name.split('/').map(encodeURIComponent).join('/');
      return { names: undefined, pathOf, read: (name) => download(pathOf(name), name) };
    }
    case 'urls': {
      const { urls } = source;
      const sizes = 'sizes' in source ? source.sizes : {};
      return {
        names: Object.keys(urls),
        // Files that are part of the code have URLs too long to read.
        pathOf: (name) => (urls[name]?.startsWith('data:') ? name : (urls[name] ?? name)),
        read: async (name) => {
          const url = urls[name];
          return url === undefined ? undefined : download(url, name, sizes[name]);
        },
      };
    }
    case 'blobs': {
      const { blobs } = source;
      return {
        names: Object.keys(blobs),
        pathOf: (name) => name,
        read: async (name) => blobs[name] && new Uint8Array(await blobs[name].arrayBuffer()),
      };
    }
    default:
      return source satisfies never;
  }
}
