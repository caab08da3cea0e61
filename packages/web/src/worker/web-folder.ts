import { type ModelFolder, ModelsError } from '@beltline/models/folder';
import type { FileSource } from '../messages.ts';
import type { Download } from './download.ts';
import type { FileContent } from './model-cache.ts';

/** The files of a model, behind URLs or in Blobs. */
export interface WebFolder extends ModelFolder {
  /** @throws ModelsError `MISSING_FILE`. */
  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens a source; nothing is read before it is asked for. */
export function openWebFolder(source: FileSource, download: Download): WebFolder {
  const { read, pathOf } = openSource(source, download);
  const missing = (name: string) =>
    new ModelsError(
      'MISSING_FILE',
      pathOf(name),
      `${pathOf(name)} is missing; a model for browsers needs beltline.json, config.json, tokenizer.json and the graph ` +
        'that beltline.json names',
    );
  return {
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

interface OpenedSource {
  read(name: string): Promise<FileContent>;
  pathOf(name: string): string;
}

function openSource(source: FileSource, download: Download): OpenedSource {
  switch (source.kind) {
    case 'folder': {
      // Hashes and question marks are allowed in file names.
      const pathOf = (name: string) => source.url + name.split('/').map(encodeURIComponent).join('/');
      return { pathOf, read: (name) => download(pathOf(name), name) };
    }
    case 'urls': {
      const { urls } = source;
      return {
        // Files that are part of the code have URLs too long to read.
        pathOf: (name) => (urls[name]?.startsWith('data:') ? name : (urls[name] ?? name)),
        read: async (name) => {
          const url = urls[name];
          return url === undefined ? undefined : download(url, name);
        },
      };
    }
    case 'blobs': {
      const { blobs } = source;
      return {
        pathOf: (name) => name,
        read: async (name) => blobs[name] && new Uint8Array(await blobs[name].arrayBuffer()),
      };
    }
    default:
      return source satisfies never;
  }
}
